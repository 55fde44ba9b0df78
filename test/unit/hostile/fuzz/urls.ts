import { describe } from 'vitest'
import { parseUrl, redactQuery, redactUrl } from '../../../../src/http/url.ts'
import { hostileText } from './arbitraries.ts'
import { check, must } from './check.ts'

describe('what arrives in URLs', () => {
  const http = {
    off: { query: 'off', redactQuery: new Set(['token']) } as never,
    keys: { query: 'keys', redactQuery: new Set(['token']) } as never,
    values: { query: 'values', redactQuery: new Set(['token']) } as never,
  }
  const queries = hostileText(
    'token=SECRET',
    '&token=SECRET&',
    '%74oken=SECRET',
    '&a=b',
    'TOKEN=SECRET',
  )
  check('a query shows no secret and stays short', queries, 20_000, (query) => {
    must(redactQuery(query, http.off) === '', 'off')
    const keys = redactQuery(query, http.keys)
    // What is as long as it may be can end within a pair.
    for (const pair of keys.split('&').slice(0, keys.length < 2048 ? undefined : -1)) {
      must(pair === '' || pair === 'REDACTED' || pair.endsWith('=REDACTED'), `shows ${pair}`)
    }
    for (const text of [keys, redactQuery(query, http.values)]) {
      must(text.length <= 2048, 'is long')
      for (const pair of text.split('&').slice(0, text.length < 2048 ? undefined : -1)) {
        must(!/^(token|%74oken)=(?!REDACTED$)/i.test(pair), `shows ${pair}`)
      }
    }
  })

  const urls = hostileText(
    'http://',
    'https://a',
    'user:pa55@',
    '[::1]',
    ':80',
    '/a',
    '?token=SECRET',
    '#',
  )
  check('a URL that a runtime accepts is split as the runtime does', urls, 15_000, (text) => {
    // Also what no runtime would hand over.
    redactUrl(parseUrl(text), http.keys)
    if (!URL.canParse(text) || !/^https?:/.test(new URL(text).protocol)) {
      return
    }
    const url = new URL(text)
    const parts = parseUrl(url.href)
    // A path may hold what is secret by its form.
    must(parts.path === url.pathname || parts.path.includes('REDACTED'), `path ${parts.path}`)
    must(`?${parts.query}` === (url.search || '?'), 'differs')
    must(parts.address === url.hostname.replace(/^\[|\]$/g, ''), `host ${parts.address}`)
    const shown = redactUrl(parts, http.keys)
    must(
      [url.password || 'none', 'SECRET'].every(
        (text) => url.pathname.includes(text) || !shown.includes(text),
      ),
      shown,
    )
  })
})
