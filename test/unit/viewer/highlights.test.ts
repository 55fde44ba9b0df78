import { describe, expect, it } from 'vitest'
import { keyAttributes } from '../../../scripts/start/key-attributes.ts'
import type { ReceivedSpan } from '../../../scripts/start/span.ts'
import { highlightsOf } from '../../../viewer/query/highlights.ts'
import type { SpanKind } from '../../../viewer/query/trace-item.ts'

const pack = (attributes: Record<string, string | number>) => Object.entries(attributes).flat()

const CASES: [SpanKind, Record<string, string | number>][] = [
  ['server', { 'http.response.status_code': 500, 'error.type': '500', 'http.route': '/a' }],
  ['client', { 'http.response.status_code': 404, 'error.type': 'Gone', 'url.full': 'http://a/b' }],
  ['client', { 'db.system.name': 'sqlite', 'db.query.text': 'SELECT 1' }],
  ['client', { 'cloudflare.binding.type': 'r2', 'cloudflare.r2.response.size': 7 }],
  ['producer', { 'messaging.destination.name': 'orders', 'messaging.batch.message_count': 2 }],
  ['internal', { items: 3, total: 'twelve' }],
  ['server', { 'url.path': '/nowhere' }],
]

describe('what stands beside a bar', () => {
  it.each(CASES)('is what the terminal tells of a %s span with %j', (kind, attributes) => {
    const texts = Object.entries(attributes).map(([key, value]) => [key, String(value)] as const)
    const span = { kind, attributes: new Map(texts) } as unknown as ReceivedSpan
    const values = (pairs: readonly (readonly [string, string])[]) =>
      pairs.map(([, value]) => value)
    expect(values(highlightsOf(pack(attributes), kind))).toEqual(values(keyAttributes(span)))
  })

  it('knows the older names', () => {
    const old = { 'http.status_code': 200, 'db.system': 'redis', 'db.statement': 'GET a' }
    expect(highlightsOf(pack(old), 'client')).toEqual([
      ['status', '200'],
      ['db', 'redis'],
      ['query', 'GET a'],
    ])
  })

  it('is short: six at most, in one line of 120 characters', () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`key${at}`, at]))
    expect(highlightsOf(pack(many), 'internal')).toHaveLength(6)
    const [[, long] = ['', '']] = highlightsOf(
      pack({ 'db.query.text': 'a \n b'.repeat(99) }),
      'client',
    )
    expect(long).toHaveLength(120)
    expect(long).not.toContain('\n')
  })
})
