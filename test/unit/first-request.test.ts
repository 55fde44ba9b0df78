import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

interface Called {
  setUp: string[]
  error: string
  status: number
  first: string[]
  afterwards: string[]
}

/** Functions of ours that may be called until the first response: some more than are. Each is compiled there. */
const BUDGET = 450

const called = JSON.parse(
  execFileSync(
    process.execPath,
    ['--no-warnings', fileURLToPath(new URL('first-request/called.ts', import.meta.url))],
    { encoding: 'utf8' },
  ),
) as Called

const isOf = (folder: string) => (name: string) => name.startsWith(folder)

describe('a fresh isolate', () => {
  it('checks right options with a handful of zod, and says by it what is wrong with others', () => {
    const zod = called.setUp.filter(isOf('node_modules/zod/'))
    expect(zod).not.toEqual([])
    expect(zod.length).toBeLessThan(12)
    expect(called.error).toContain('`traces.ratio` must be a number from 0 to 1, received 2')
  })

  it('encodes, sends and counts what it sends after its first response', () => {
    const later = (name: string): boolean =>
      ['src/export/json/', 'src/export/otlp/post.ts', 'src/telemetry/self-metrics.ts'].some(
        (folder) => name.startsWith(folder),
      )
    expect(called.status).toBe(200)
    expect(called.first.filter(later)).toEqual([])
    expect(called.afterwards.filter(later)).not.toEqual([])
  })

  it('does not make the longest expression for secrets, which no text of its first request needs', () => {
    expect(called.first).toContain('src/logs/secret-patterns.ts secretPatterns')
    expect(called.first).not.toContain('src/logs/secret-patterns.ts namesExpression')
  })

  it('calls no more functions before its first response than its budget', () => {
    const own = called.first.filter(isOf('src/')).length
    console.log(`functions called before the first response: ${own}`)
    expect(own).toBeLessThan(BUDGET)
    // Far fewer mean that they are not seen, or that the budget is old.
    expect(own).toBeGreaterThan(BUDGET / 2)
  })
})
