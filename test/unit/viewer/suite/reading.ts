import { describe, expect, it } from 'vitest'
import { type Answer, type Ask, get, type Open, send } from './backend.ts'
import { id, keyValues, request, span, spanId, spans, traceId } from './records.ts'

/** A span of a service on a machine of its own. */
const on = (host: string, service: string, records: Parameters<typeof spans>[0]) => {
  const body = spans(records, service)
  const [first] = body.resourceSpans as { resource: { attributes: unknown[] } }[]
  first?.resource.attributes.push(...keyValues({ 'host.name': host }))
  return body
}

/** A call of another machine, whose clock is behind by so much. */
async function called(ask: Ask, behindMs: number, host = 'b'): Promise<void> {
  const shop = [
    request({ trace: 1, span: 1, to: 100 }),
    span({ trace: 1, span: 2, parent: 1, name: 'call', kind: 3, from: 10, to: 90 }),
  ]
  const bank = [
    request({ trace: 1, span: 3, parent: 2, from: 20 - behindMs, to: 60 - behindMs }),
    span({ trace: 1, span: 4, parent: 3, from: 30 - behindMs, to: 50 - behindMs }),
  ]
  await send(ask, 'traces', on('a', 'shop', shop))
  await send(ask, 'traces', on(host, 'bank', bank))
}

const places = ({ spans: all }: Answer): Record<string, number> =>
  Object.fromEntries(all.map((each: Answer) => [Number.parseInt(each.spanId, 16), each.offsetMs]))

export function readingTests(open: Open): void {
  describe('a trace, to be read', () => {
    it('has the times of a machine whose clock is behind put right, and says by how much', async () => {
      const ask = await open()
      await called(ask, 500)
      const view = await get(ask, `/api/traces/${traceId(1)}`)
      // In the middle of a call of 80 ms, 40 ms long: 20 ms after it began.
      expect(places(view)).toEqual({ 1: 0, 2: 10, 3: 30, 4: 40 })
      expect(view.clockSkew).toEqual([{ service: 'bank', skewMs: 510, spans: 2 }])
      expect(view.trace.durationMs).toBe(100)
      expect(view.spans.map(({ skewMs }: Answer) => skewMs)).toEqual([0, 0, 510, 510])
      expect(view.criticalPath.map(({ durationMs }: Answer) => durationMs)).toEqual([
        10, 20, 10, 20, 10, 20, 10,
      ])
    })

    it('has them as they were sent when asked to, and always in startMs', async () => {
      const ask = await open()
      await called(ask, 500)
      const sent = await get(ask, `/api/traces/${traceId(1)}?clock=sent`)
      expect(places(sent)).toEqual({ 1: 480, 2: 490, 3: 0, 4: 10 })
      expect(sent.clockSkew).toEqual([])
      expect(sent.trace.durationMs).toBe(580)
      const right = await get(ask, `/api/traces/${traceId(1)}`)
      const starts = (view: Answer): Record<string, number> =>
        Object.fromEntries(view.spans.map((each: Answer) => [each.spanId, each.startMs]))
      expect(starts(right)).toEqual(starts(sent))
      const refused = await ask(`/api/traces/${traceId(1)}?clock=wrong`)
      expect(refused.status).toBe(400)
    })

    it('is left as it is when the clocks agree, or are one', async () => {
      const ask = await open()
      await called(ask, 0)
      expect((await get(ask, `/api/traces/${traceId(1)}`)).clockSkew).toEqual([])
      const other = await open()
      await called(other, 500, 'a')
      expect((await get(other, `/api/traces/${traceId(1)}`)).clockSkew).toEqual([])
    })

    it('tells the attributes that matter beside each span, also of many spans', async () => {
      const ask = await open()
      const many = Array.from({ length: 1100 }, (_, at) =>
        span({
          trace: 5,
          span: at + 1,
          kind: 3,
          attributes: { 'db.system.name': 'sqlite', 'db.query.text': `SELECT ${at}`, other: 1 },
        }),
      )
      await send(ask, 'traces', spans(many))
      const view = await get(ask, `/api/traces/${traceId(5)}`)
      expect(view.detailed).toBe(false)
      expect(view.spans[7].attributes).toBeUndefined()
      expect(view.spans[7].highlights).toEqual([
        ['db', 'sqlite'],
        ['query', 'SELECT 7'],
      ])
    })

    it('knows the links of its spans both ways, and what is at their other ends', async () => {
      const ask = await open()
      const linking = (trace: number, ...to: [trace: number, span: number][]) => ({
        ...span({ trace, span: 10 * trace, name: `handle ${trace}`, kind: 5 }),
        links: to.map(([other, at]) => ({ traceId: traceId(other), spanId: spanId(at) })),
      })
      await send(
        ask,
        'traces',
        spans([
          span({ trace: 6, span: 60, name: 'send', kind: 4 }),
          linking(7, [6, 60], [99, 1]),
          linking(8, [6, 60], [6, 61]),
        ]),
      )
      const of = async (trace: number) =>
        (await get(ask, `/api/traces/${traceId(trace)}/links`)).links
      const short = (links: Answer[]) =>
        links.map((link) => `${link.direction} ${link.other?.name} ${link.spanId === id(60, 16)}`)
      expect(short(await of(6)).sort()).toEqual([
        'from handle 7 true',
        'from handle 8 false',
        'from handle 8 true',
      ])
      const [known, unknown] = await of(7)
      expect(known).toMatchObject({
        direction: 'to',
        traceId: traceId(6),
        otherSpanId: spanId(60),
        other: { name: 'send', service: 'shop', kind: 'producer', durationMs: 10 },
      })
      expect(unknown).toMatchObject({ traceId: traceId(99), other: null })
      expect((await ask(`/api/traces/${traceId(404)}/links`)).status).toBe(404)
    })
  })
}
