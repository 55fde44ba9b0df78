import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { TraceSpan } from '../../../viewer/page/src/api-types.ts'
import { curlOf } from '../../../viewer/page/src/trace/curl.ts'
import type { TraceRow } from '../../../viewer/page/src/trace/trace-rows.ts'
import { heightOf, traceSvg } from '../../../viewer/page/src/trace/trace-svg.ts'

describe('the curl command of a span', () => {
  it('asks for the same URL by the same method', () => {
    expect(
      curlOf('client', { 'http.request.method': 'GET', 'url.full': 'https://a.example/b?c=1' }),
    ).toBe("curl --url 'https://a.example/b?c=1'")
    const server = {
      'http.request.method': 'DELETE',
      'url.scheme': 'http',
      'server.address': 'localhost',
      'server.port': 8787,
      'url.path': '/orders/7',
    }
    expect(curlOf('server', server)).toBe(
      "curl --request DELETE --url 'http://localhost:8787/orders/7'",
    )
    expect(curlOf('server', { ...server, 'url.query': 'a=b', 'server.port': 80 })).toBe(
      "curl --request DELETE --url 'http://localhost/orders/7?a=b'",
    )
  })

  it('is none for what is no request, or no web address', () => {
    expect(curlOf('internal', {})).toBeUndefined()
    expect(curlOf('client', { 'http.request.method': 'GET' })).toBeUndefined()
    expect(
      curlOf('client', { 'http.request.method': 'GET', 'url.full': 'file:///etc/passwd' }),
    ).toBeUndefined()
    expect(
      curlOf('client', { 'http.request.method': 'GET --output x', 'url.full': 'http://a' }),
    ).toBeUndefined()
  })

  it.each([
    "http://a/'; touch /tmp/evil; '",
    'http://a/$(id)`id`"\\',
    "http://a/'\n'echo evil",
    'http://a/\u001b[201~\u0000\u202e\ud800',
  ])('is one word for a shell, whatever the URL: %j', (url) => {
    const command = curlOf('client', { 'http.request.method': 'POST', 'url.full': url }) ?? ''
    const script = `curl() { printf '%s\\n' "$#" "$4"; }; ${command}`
    const [count, ...rest] = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n')
    expect(count).toBe('4')
    expect(rest.join('\n').trimEnd()).toBe(
      url.replace(/\p{C}/gu, (character) => encodeURIComponent(character.toWellFormed())),
    )
    expect(/\p{Cc}/u.test(command)).toBe(false)
  })
})

describe('the image of a trace', () => {
  const span = (own: Partial<TraceSpan>): TraceRow => ({
    kind: 'span',
    isFolded: false,
    isOnTheWay: false,
    span: {
      name: 'work',
      service: 'shop',
      depth: 0,
      offsetMs: 0,
      durationMs: 10,
      status: 'unset',
      statusMessage: null,
      highlights: [],
      ...own,
    } as unknown as TraceSpan,
  })
  const draw = (rows: readonly TraceRow[], title = 'GET /'): string =>
    traceSvg({
      title,
      rows,
      index: { depth: 3 } as never,
      scale: { fromMs: 0, lengthMs: 10, startMs: 0 },
      colourOf: () => 'rgb(1, 2, 3)',
      colours: { text: '#111', muted: '#222', line: '#333', background: '#fff', bad: '#c00' },
    })

  it('has a row for each span and record, and a height for them', () => {
    const log = { kind: 'log', depth: 1, offsetMs: 5, log: { body: 'said', attributes: {} } }
    const svg = draw([
      span({}),
      span({ highlights: [['db', 'sqlite']] }),
      log as unknown as TraceRow,
    ])
    expect(svg.match(/work · shop/g)).toHaveLength(2)
    expect(svg).toContain('db=sqlite')
    expect(svg).toContain('>said<')
    expect(svg).toContain('<circle')
    expect(heightOf(3)).toBe(62 + 4 * 22)
  })

  it('holds names as text, and nothing that XML refuses', () => {
    const evil = '</text><script>alert(1)</script>" onload="x\u0000\u001b\ud800&'
    const svg = draw(
      [span({ name: evil, service: evil, statusMessage: evil, highlights: [[evil, evil]] })],
      evil,
    )
    expect(svg).not.toMatch(/<script|<\/text><|onload="/)
    expect(svg.isWellFormed()).toBe(true)
    const withoutLines = svg.replaceAll('\n', '')
    expect(/[\p{Cc}]/u.test(withoutLines)).toBe(false)
    expect(svg.match(/&(?!amp;|lt;|gt;|quot;)/)).toBeNull()
  })

  it('leaves rows out beyond three thousand, and says so', () => {
    const svg = draw(Array.from({ length: 3010 }, () => span({})))
    expect(svg.match(/<text/g)?.length).toBeLessThan(3000 * 3 + 20)
    expect(svg).toContain('and 10 more')
  })
})
