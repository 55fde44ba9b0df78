import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workersOf } from '../worker-source.ts'
import { startWorkerd } from '../workerd.ts'
import type { Snippet } from './snippets.ts'

/**
 * Loads snippets inside the Workers runtime, each in a request of its own, with a KV namespace
 * `CACHE` and a D1 database `DB`. Resolves with what is wrong with each, in order; `''` is nothing.
 */
export async function runInWorkerd(snippets: readonly Snippet[]): Promise<string[]> {
  if (snippets.length === 0) {
    return []
  }
  const folder = mkdtempSync(join(tmpdir(), 'hono-observability-snippets-'))
  try {
    for (const [index, { code, language }] of snippets.entries()) {
      writeFileSync(join(folder, `${index}.${language}`), code)
    }
    const entry = join(folder, 'entry.ts')
    writeFileSync(entry, entryOf(snippets))
    const workers = await workersOf({
      entry,
      bindings: { CACHE: { type: 'kv', id: 'cache' }, DB: { type: 'd1', id: 'db' } },
    })
    const { miniflare, stop } = await startWorkerd({ workers })
    try {
      const answer = (index: number): Promise<string> =>
        miniflare.dispatchFetch(`http://snippets/${index}`).then((response) => response.text())
      return await Promise.all(snippets.map((_, index) => answer(index)))
    } finally {
      await stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const entryOf = (snippets: readonly Snippet[]): string => `
const load = [${snippets.map((_, index) => `() => import('./${index}')`)}]
console.assert = (condition, ...message) => {
  if (!condition) throw new Error('Assertion failed: ' + message.join(' '))
}
export default {
  async fetch(request) {
    try {
      await load[Number(new URL(request.url).pathname.slice(1))]()
      return new Response('')
    } catch (error) {
      return new Response(String(error?.stack ?? error))
    }
  },
}
`
