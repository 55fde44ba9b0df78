import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUrl, redactQuery, redactUrl } from '../../../src/http/url.ts'
import type { HttpConfig } from '../../../src/telemetry/config/http.ts'

const http = (query: HttpConfig['query']): HttpConfig =>
  ({ query, redactQuery: new Set(['token', 'x-amz-signature']) }) as unknown as HttpConfig

describe('parseUrl', () => {
  it.each([
    ['http://shop.test/', 'http', 'shop.test', undefined, '/', ''],
    ['http://shop.test', 'http', 'shop.test', undefined, '/', ''],
    ['https://shop.test:8443/a/b?c=d#e', 'https', 'shop.test', 8443, '/a/b', 'c=d'],
    ['http://[::1]:8787/x', 'http', '::1', 8787, '/x', ''],
    ['http://[2001:db8::1]/x', 'http', '2001:db8::1', undefined, '/x', ''],
    ['http://u:p@shop.test/x', 'http', 'shop.test', undefined, '/x', ''],
    ['http://shop.test?a=1', 'http', 'shop.test', undefined, '/', 'a=1'],
    ['http://shop.test/a#b?c', 'http', 'shop.test', undefined, '/a', ''],
    ['http://shop.test/a?x=/y://z', 'http', 'shop.test', undefined, '/a', 'x=/y://z'],
  ])('%s', (url, scheme, address, port, path, query) => {
    expect(parseUrl(url)).toEqual({ scheme, address, port, path, query })
  })

  it('agrees with the URL class', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
        const url = new URL(text)
        const parts = parseUrl(url.href)
        expect(parts).toEqual({
          scheme: url.protocol.slice(0, -1),
          address: url.hostname,
          port: url.port ? Number(url.port) : undefined,
          path: url.pathname,
          query: url.search.slice(1),
        })
      }),
    )
  })
})

describe('a recorded path', () => {
  it.each(['/pay/4111111111111111', '/x/378282246310005', '/card/5555555555554444/charge'])(
    '%s has no number of a card, however short',
    (path) => {
      expect(parseUrl(`http://shop.test${path}`).path).not.toMatch(/\d{12}/)
    },
  )

  it.each(['/orders/7', '/v1/users/123'])('%s keeps its ids', (path) => {
    expect(parseUrl(`http://shop.test${path}`).path).toBe(path)
  })
})

describe('a recorded query', () => {
  it.each([
    'token[]=hunter2',
    'pass%E2%80%8Bword=hunter2',
    'redirect=https%3A%2F%2Fu%3Ahunter2%40h.test',
    'SAMLResponse=hunter2',
    'code_verifier=hunter2',
    'id_token_hint=hunter2',
  ])('%s keeps its secret, also with values', (query) => {
    expect(redactQuery(query, http('values'))).not.toContain('hunter2')
  })

  it('has names and no values by default', () => {
    expect(redactQuery('token=abc&page=2&empty=&bare', http('keys'))).toBe(
      'token=REDACTED&page=REDACTED&empty=REDACTED&REDACTED',
    )
  })

  it('has values when asked for, but not those of known secrets, however they are written', () => {
    expect(
      redactQuery('page=2&TOKEN=abc&%74oken=abc&X-Amz-Signature=s&%zz=1&bare', http('values')),
    ).toBe('page=2&TOKEN=REDACTED&%74oken=REDACTED&X-Amz-Signature=REDACTED&%zz=1&bare')
  })

  it('is absent when turned off', () => {
    expect(redactQuery('a=b', http('off'))).toBe('')
  })

  it('is cut when long', () => {
    expect(redactQuery('a=b&'.repeat(100_000), http('values'))).toHaveLength(2048)
  })

  it('never shows a value by default', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.webQueryParameters(), fc.webQueryParameters())), (pairs) => {
        const query = pairs.map(([name]) => `k=${name.replaceAll('&', '')}SECRET`).join('&')
        expect(redactQuery(query, http('keys'))).not.toContain('SECRET')
      }),
    )
  })
})

it('a full URL has no credentials, no fragment and no query values', () => {
  const parts = parseUrl('https://user:pass@api.test:8443/pay?card=4111#frag')
  expect(redactUrl(parts, http('keys'))).toBe('https://api.test:8443/pay?card=REDACTED')
  expect(redactUrl(parseUrl('http://[::1]:80/'), http('keys'))).toBe('http://[::1]:80/')
})
