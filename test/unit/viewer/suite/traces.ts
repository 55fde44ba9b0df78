import { describe, expect, it } from 'vitest'
import { type Answer, type Ask, get, type Open, send } from './backend.ts'
import { log, logs, request, START_MS, span, spanId, spans, traceId } from './records.ts'

/** Three traces: one fast, one failed in another service, one slow without a root. */
async function filled(open: Open): Promise<Ask> {
  const ask = await open()
  await send(ask, 'traces', spans([request({ trace: 1, span: 1, to: 5 })]))
  await send(
    ask,
    'traces',
    spans([
      request({ trace: 2, span: 1, route: '/pay', method: 'POST', status: 503, to: 50, from: 10 }),
    ]),
  )
  await send(
    ask,
    'traces',
    spans(
      [
        span({
          trace: 2,
          span: 2,
          parent: 1,
          name: 'charge card',
          kind: 3,
          from: 20,
          to: 40,
          failed: true,
          attributes: { 'card.brand': 'Visa', retry: 3, cached: false },
        }),
      ],
      'payments',
    ),
  )
  await send(ask, 'traces', spans([span({ trace: 3, span: 7, parent: 6, from: 1000, to: 3000 })]))
  return ask
}

const idsOf = ({ items }: Answer): number[] =>
  items.map((item: Answer) => Number.parseInt(item.traceId, 16))

export function traceTests(open: Open): void {
  describe('traces', () => {
    it.each([
      ['', [3, 2, 1]],
      ['service=shop', [3, 2, 1]],
      ['service=payments', [2]],
      ['service=none', []],
      ['route=/pay', [2]],
      ['name=charge+card', [2]],
      ['status=error', [2]],
      ['status=ok', [3, 1]],
      ['status=error&service=payments', [2]],
      ['httpStatus=200', [1]],
      ['httpStatus=5xx', [2]],
      ['minMs=100', [3]],
      ['maxMs=40', [2, 1]],
      ['minMs=10&maxMs=100', [2]],
      ['attribute=card.brand%3DVisa', [2]],
      ['attribute=card.brand%3Dvisa', []],
      ['attribute=retry%3D3&attribute=cached%3Dfalse', [2]],
      ['attribute=retry%3D3&service=shop', []],
      ['text=char', []],
      ['text=char*', [2]],
      ['text=* ** char* *', [2]],
      ['text=VISA+charge', [2]],
      ['text=it+FAILED', [2]],
      ['text=nowhere', []],
      [`text=${traceId(3)}`, [3]],
      ['text=%22)+OR+1%3D1+--', []],
      [`from=${START_MS + 500}`, [3]],
      [`to=${START_MS + 5}`, [1]],
      [`from=${START_MS + 5}&to=${START_MS + 500}&text=pay`, [2]],
      ['sort=slowest', [3, 2, 1]],
      ['sort=slowest&limit=1', [3]],
      ['sort=slowest&text=orders', [1]],
    ])('are found by %s', async (query, ids) => {
      const page = await get(await filled(open), `/api/traces?${query}`)
      expect(idsOf(page)).toEqual(ids)
    })

    it('come in pages, whatever arrives meanwhile', async () => {
      const ask = await open()
      for (let i = 1; i <= 25; i++) {
        const own = { trace: i, span: 1, to: i, attributes: { even: i % 2 === 0 } }
        await send(ask, 'traces', spans([request(own), span({ trace: i, span: 2, parent: 1 })]))
      }
      for (const [query, wanted] of [
        ['', Array.from({ length: 25 }, (_, i) => 25 - i)],
        ['attribute=even%3Dtrue&', Array.from({ length: 12 }, (_, i) => 24 - 2 * i)],
      ] as const) {
        const seen: number[] = []
        let cursor = ''
        for (let pages = 0; pages < 10; pages++) {
          const page = await get(ask, `/api/traces?${query}limit=5${cursor}`)
          seen.push(...idsOf(page))
          await send(ask, 'traces', spans([request({ trace: 100 + pages, span: 1 })], 'late'))
          if (page.nextCursor === null) break
          cursor = `&cursor=${page.nextCursor}`
        }
        expect(seen.filter((id) => id < 100)).toEqual(wanted)
      }
    })

    it.each(['limit=x', 'minMs=-1', 'sort=up', 'status=bad', 'attribute=novalue', 'last=3w'])(
      'are not listed for %s',
      async (query) => {
        const ask = await open()
        const response = await ask(`/api/traces?${query}`)
        expect(response.status).toBe(400)
        const { error } = (await response.json()) as Answer
        expect(error.message).toMatch(/^Cannot read the request: `\w+` must be /)
      },
    )

    it('show a tree with its critical path, logs and times', async () => {
      const ask = await open()
      await send(
        ask,
        'traces',
        spans([
          span({ trace: 1, span: 4, parent: 3, from: 50, to: 90, name: 'inner' }),
          request({ trace: 1, span: 1, from: 0, to: 100 }),
          span({ trace: 1, span: 2, parent: 1, from: 10, to: 60, name: 'beside' }),
          span({ trace: 1, span: 3, parent: 1, from: 40, to: 95, name: 'last' }),
        ]),
      )
      const own = log({ trace: 1, span: 4, at: 70, body: 'inside' })
      await send(ask, 'logs', logs([own, log({ trace: 2 })]))
      const view = await get(ask, `/api/traces/${traceId(1).toUpperCase()}`)
      expect(
        view.spans.map((each: Answer) => [
          each.name,
          each.depth,
          each.offsetMs,
          each.durationMs,
          each.selfMs,
          each.criticalMs,
        ]),
      ).toEqual([
        ['GET /orders/:id', 0, 0, 100, 15, 45],
        ['beside', 1, 10, 50, 50, 0],
        ['last', 1, 40, 55, 15, 15],
        ['inner', 2, 50, 40, 40, 40],
      ])
      const total = view.criticalPath.reduce(
        (sum: number, each: Answer) => sum + each.durationMs,
        0,
      )
      expect(total).toBe(100)
      expect(view.logs.map((each: Answer) => each.body)).toEqual(['inside'])
      expect(view).toMatchObject({ detailed: true, truncated: false })
      const one = await get(ask, `/api/traces/${traceId(1)}/spans/${spanId(1)}`)
      const { depth: _, children: _c, ...rest } = view.spans[0]
      expect(rest).toMatchObject(one)
    })

    it('are 404 when unknown', async () => {
      const ask = await filled(open)
      for (const path of [
        `traces/${traceId(9)}`,
        'traces/x',
        `traces/${traceId(1)}/spans/${spanId(9)}`,
        `traces/${traceId(9)}/otlp.json`,
        `compare?a=${traceId(1)}&b=${traceId(9)}`,
        'metrics/7',
        'metrics/x',
        'health',
      ]) {
        const response = await ask(`/api/${path}`)
        expect([path, response.status]).toEqual([path, 404])
        expect(await response.json()).toHaveProperty('error.message')
      }
    })

    it('are compared span by span', async () => {
      const ask = await open()
      const trace = (number: number, slow: number, user: string) => [
        request({ trace: number, span: 1, to: 20 + slow, attributes: { user } }),
        span({ trace: number, span: 2, parent: 1, name: 'query', from: 1, to: 2 }),
        span({ trace: number, span: 3, parent: 1, name: 'query', from: 3, to: 4 + slow }),
      ]
      const extra = span({ trace: 2, span: 4, parent: 3, name: 'retry', from: 5, to: 6 })
      await send(ask, 'traces', spans([...trace(1, 0, 'a'), ...trace(2, 10, 'b'), extra]))
      const { pairs, deltaMs } = await get(ask, `/api/compare?a=${traceId(1)}&b=${traceId(2)}`)
      expect(deltaMs).toBe(10)
      expect(
        pairs.map((pair: Answer) => [
          pair.name,
          pair.depth,
          pair.a?.spanId,
          pair.b?.spanId,
          pair.deltaMs,
        ]),
      ).toEqual([
        ['GET /orders/:id', 0, spanId(1), spanId(1), 10],
        ['query', 1, spanId(2), spanId(2), 0],
        ['query', 1, spanId(3), spanId(3), 10],
        ['retry', 2, undefined, spanId(4), null],
      ])
      expect(pairs[0].differences).toEqual([{ key: 'user', a: 'a', b: 'b' }])
    })

    it('leave as a file and come back from it', async () => {
      const ask = await filled(open)
      await send(ask, 'logs', logs([log({ trace: 2, body: 'kept' })]))
      const path = `/api/traces/${traceId(2)}`
      const before = await get(ask, path)
      const file = await (await ask(`${path}/otlp.json`)).text()
      expect((await ask('/api/data', { method: 'DELETE' })).status).toBe(204)
      expect((await ask(path)).status).toBe(404)
      const imported = await ask('/api/import', { method: 'POST', body: file })
      expect(await imported.json()).toEqual({
        spans: 2,
        logs: 1,
        points: 0,
        rejected: 0,
        message: '',
      })
      const after = await get(ask, path)
      expect(after.spans).toEqual(before.spans)
      expect(after.logs[0].body).toBe('kept')
      const wrong = await ask('/api/import', { method: 'POST', body: '{"a":1}' })
      expect(wrong.status).toBe(400)
    })
  })
}
