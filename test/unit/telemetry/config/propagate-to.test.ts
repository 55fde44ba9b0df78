import { describe, expect, it, vi } from 'vitest'
import { propagateTo, resolvePropagateTo } from '../../../../src/traces/propagation.ts'

type Given = Parameters<typeof resolvePropagateTo>[0]

const goesTo = (given: Given, url: string): boolean => {
  const resolved = resolvePropagateTo(given)
  return resolved === 'all' || resolved(new URL(url))
}

it.each<[NonNullable<Given>, string, boolean]>([
  [['https://api.test'], 'https://api.test/x?y', true],
  [['https://api.test'], 'https://api.test:8443/x', false],
  [['https://api.test'], 'http://api.test/x', false],
  [['https://api.test'], 'https://api.test.evil.test/', false],
  [['https://*.api.test'], 'https://a.b.api.test/x', true],
  [['https://*.api.test'], 'https://api.test/', false],
  [['https://*.api.test'], 'https://evil.test/.api.test', false],
  [['https://*.api.test'], 'https://evil.test/?x=.api.test', false],
  [['https://*.api.test'], 'https://x.api.test@evil.test/', false],
  [['https://*.api.test'], 'https://x.api.test.evil.test/', false],
  [['https://*.API.test'], 'https://x.api.test/', true],
  [['http://localhost:*'], 'http://localhost:3000/', true],
  [['http://localhost:*'], 'http://localhost/', false],
  [['https://api.test/v1/*'], 'https://api.test/v1/users', true],
  [['https://api.test/v1/*'], 'https://api.test/v2/users', false],
  [['https://api.test/*/b/*c'], 'https://api.test/a/b/cc', true],
  [['https://api.test/*/b/*c'], 'https://api.test/a/c', false],
  [['https://ab*ba.test'], 'https://aba.test/', false],
  [['https://*a*b*.test'], 'https://xaxbx.test/', true],
  [['https://*a*b*.test'], 'https://xbxax.test/', false],
  [['*'], 'https://any.test/', true],
  [[], 'https://any.test/', false],
  [[/^https:\/\/api\.test\//], 'https://api.test/x', true],
  [[/secret/], 'https://api.test/?secret', false],
  [[/api/g, /nope/y], 'https://api.test/', true],
  [({ hostname }) => hostname === 'api.test', 'https://api.test/', true],
  [({ hostname }) => hostname === 'api.test', 'https://other.test/', false],
  ['all', 'https://any.test/', true],
])('%j and %s: %s', (given, url, expected) => {
  const check = () => goesTo(given, url)
  // Twice: an expression must not remember where it was.
  expect([check(), check()]).toEqual([expected, expected])
})

describe('a predicate', () => {
  it('that throws says no, and is warned of once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const broken = resolvePropagateTo(() => {
      throw new Error('no')
    }) as (url: URL) => boolean
    expect([1, 2].map(() => broken(new URL('https://api.test/')))).toEqual([false, false])
    expect(warn).toHaveBeenCalledTimes(1)
  })

  // After the one above: it is warned of in the same words, once.
  it('that answers with a promise says no', () => {
    expect(goesTo((async () => true) as never, 'https://api.test/')).toBe(false)
  })
})

it.each([
  ['none'],
  [true],
  [['']],
  [['api.test']],
  [['https://api.test/']],
  [['https://api.test/path']],
  [['ftp://*.test']],
  [['https://*?x']],
  [['*.test']],
  [[1]],
  [{}],
])('%j is refused', (given) => {
  expect(propagateTo.test(given)).toBe(false)
})
