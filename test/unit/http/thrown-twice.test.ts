import { afterEach, expect, it, vi } from 'vitest'
import { caughtApp } from './caught-app.ts'

afterEach(() => vi.restoreAllMocks())

/** Searches of stacks for what is secret: each takes an expression of some kilobytes. */
const countSearches = (): { count: number } => {
  const counted = { count: 0 }
  const { replace } = String.prototype
  vi.spyOn(String.prototype, 'replace').mockImplementation(function (
    this: string,
    ...args: unknown[]
  ) {
    const [pattern] = args
    if (pattern instanceof RegExp && pattern.source.length > 1000 && this.includes('\n    at ')) {
      counted.count++
    }
    return Reflect.apply(replace, this, args) as string
  })
  return counted
}

it('the stack of an error is searched once, for the span, its line and those of all that come after', async () => {
  const { send, lines } = caughtApp({}, (app) => {
    app.get('/secretResponseFromTheObject', function secretResponseFromTheObject() {
      throw new Error('declined')
    })
    app.onError((_, c) => c.text('sorry', 500))
  })
  const counted = countSearches()
  const counts: number[] = []
  for (let request = 0; request < 3; request++) {
    await send('/secretResponseFromTheObject')
    counts.push(counted.count)
  }
  const [first] = counts
  expect(first).toBeGreaterThan(0)
  // By names and by looks.
  expect(first).toBeLessThanOrEqual(2)
  expect(counts).toEqual([first, first, first])
  expect(lines.map((line) => line['exception.message'])).toEqual(Array(3).fill('declined'))
})
