/**
 * What resolves without `exports`: TypeScript's older ways to look for modules, and older bundlers. Run, it writes
 * `main`, `types` and `typesVersions` of package.json anew, which a change of `exports` makes necessary.
 *
 *   node scripts/package/fallbacks.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Fallbacks {
  main: string
  types: string
  typesVersions: { '*': Record<string, string[]> }
}

/** What `exports` means to those who do not read it. */
export const fallbacksOf = (
  exports: Record<string, string | Record<string, string>>,
): Fallbacks => {
  const root = exports['.'] as Record<string, string>
  const entries = Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === 'object' && entry !== '.' ? [[entry.slice(2), [target.types ?? '']]] : [],
  )
  return {
    main: root.default ?? '',
    types: root.types ?? '',
    typesVersions: { '*': Object.fromEntries(entries) },
  }
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '../../package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(
    file,
    `${JSON.stringify({ ...manifest, ...fallbacksOf(manifest.exports) }, null, 2)}\n`,
  )
}
