import { execFileSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
// The aggregator imports `cloudflare:workers`, which only workerd has; workerd enforces the rule itself.
const entries = globSync('src/{index.ts,entries/*.ts}', { cwd: root }).filter(
  (entry) => !entry.includes('aggregator'),
)

/** Loads a module in a process of its own and lists what it called on the way. */
const touchedBy = (specifier: string): string[] => {
  const script = `
    const touched = []
    const watch = (object, name) => {
      const original = object[name]
      object[name] = function (...args) {
        // Node's own loader uses some of these too.
        if (new Error().stack.split('\\n')[2]?.includes('file://')) touched.push(name)
        return original.apply(this, args)
      }
    }
    watch(Date, 'now')
    watch(performance, 'now')
    watch(Math, 'random')
    watch(Crypto.prototype, 'getRandomValues')
    watch(Crypto.prototype, 'randomUUID')
    for (const name of ['fetch', 'setTimeout', 'setInterval', 'queueMicrotask']) watch(globalThis, name)
    await import(${JSON.stringify(specifier)})
    console.log(JSON.stringify(touched))`
  const output = execFileSync('node', ['--no-warnings', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  return JSON.parse(output.trim())
}

it.each(entries)('loading %s touches no clock, randomness, timer or network', (entry) => {
  expect(touchedBy(new URL(entry, root).href)).toEqual([])
})

it('would be noticed otherwise', () => {
  const module = new URL('./module-scope-violation.ts', import.meta.url).href
  expect(touchedBy(module)).toEqual(['now', 'random', 'setTimeout'])
})
