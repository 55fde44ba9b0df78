import { afterEach, describe, expect, it } from 'vitest'
import type { ReceivedSpan } from '../../../scripts/start/span.ts'
import { watchSpans } from '../../../scripts/start/watch-spans.ts'
import { type NodeSql, openNodeSql } from '../../../viewer/sql/node-sql.ts'
import { createViewer, type Viewer } from '../../../viewer/viewer.ts'

const traceId = '5b8aa5a2d2c872e8321cf37308d69df2'
const spanId = '051581bf3cb55c13'
const startTimeUnixNano = '1795000000000000001'
const endTimeUnixNano = '1795000000012345679'

const attribute = (key: string, value: object) => ({ key, value })
const wire = { traceId, spanId, name: 'POST /orders', kind: 2, startTimeUnixNano, endTimeUnixNano }

const received: ReceivedSpan = {
  traceId,
  spanId,
  parentSpanId: '',
  remoteParent: false,
  name: 'POST /orders',
  kind: 'server',
  service: 'shop',
  startNano: 1795000000000000001n,
  endNano: 1795000000012345679n,
  failed: false,
  statusMessage: '',
  attributes: new Map(),
  links: [],
  exceptions: [],
}

let sql: NodeSql | undefined
let abort = new AbortController()

afterEach(() => {
  abort.abort()
  sql?.close()
})

function watch() {
  sql = openNodeSql()
  abort = new AbortController()
  const { fetch } = createViewer({ sql })
  const posts: ReceivedSpan[][] = []
  const watching = watchSpans(fetch, (spans) => posts.push(spans), abort.signal)
  return { fetch, posts, watching }
}

async function send(fetch: Viewer['fetch'], ...spans: object[]): Promise<void> {
  const resource = { attributes: [attribute('service.name', { stringValue: 'shop' })] }
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })
  const headers = { 'content-type': 'application/json' }
  const url = 'http://localhost/v1/traces'
  expect((await fetch(new Request(url, { method: 'POST', headers, body }))).status).toBe(200)
}

describe('watchSpans', () => {
  it('hands on what a waterfall shows of a span', async () => {
    const { fetch, posts } = watch()
    const link = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
    await send(fetch, {
      ...wire,
      parentSpanId: 'eee19b7ec3c1b174',
      flags: 0x301,
      attributes: [
        attribute('http.response.status_code', { intValue: '500' }),
        attribute('tags', { arrayValue: { values: [{ stringValue: 'a' }, { boolValue: true }] } }),
      ],
      events: [
        { name: 'retry', timeUnixNano: startTimeUnixNano },
        {
          name: 'exception',
          timeUnixNano: endTimeUnixNano,
          attributes: [
            attribute('exception.type', { stringValue: 'Error' }),
            attribute('exception.message', { stringValue: 'on fire' }),
          ],
        },
      ],
      links: [link],
      status: { code: 2, message: 'failed' },
    })
    await expect
      .poll(() => posts)
      .toEqual([
        [
          {
            ...received,
            parentSpanId: 'eee19b7ec3c1b174',
            remoteParent: true,
            failed: true,
            statusMessage: 'failed',
            attributes: new Map([
              ['http.response.status_code', '500'],
              ['tags', '["a",true]'],
            ]),
            links: [{ ...link, attributes: {}, droppedAttributes: 0, flags: 0, traceState: null }],
            exceptions: ['Error: on fire'],
          },
        ],
      ])
  })

  it('hands on all of a trace when more of it comes', async () => {
    const { fetch, posts } = watch()
    const child = { ...wire, spanId: '0000000000000001', parentSpanId: spanId, kind: 0 }
    await send(fetch, wire)
    await expect.poll(() => posts.length).toBe(1)
    await send(fetch, child)
    await expect.poll(() => posts.length).toBe(2)
    expect(posts[0]).toEqual([received])
    expect(posts[1]?.map((span) => [span.spanId, span.kind])).toEqual([
      [spanId, 'server'],
      [child.spanId, 'internal'],
    ])
  })

  it('ends when it is told to', async () => {
    const { fetch, posts, watching } = watch()
    await send(fetch, wire)
    await expect.poll(() => posts.length).toBe(1)
    abort.abort()
    await watching
    const status = await fetch(new Request('http://localhost/api/status'))
    expect(await status.json()).toMatchObject({ watchers: 0 })
  })
})
