import { describe, expect, it } from 'vitest'
import { type Answer, type Ask, get, type Json, type Open, send } from './backend.ts'
import { log, logs, metrics, point, START_MS, spanId, traceId } from './records.ts'

const counter = (temporality: number, dataPoints: Json[], isMonotonic = true): Json => ({
  name: 'orders',
  unit: '{order}',
  description: 'Orders placed.',
  sum: { aggregationTemporality: temporality, isMonotonic, dataPoints },
})

const histogram = (temporality: number, dataPoints: Json[]): Json => ({
  name: 'duration',
  unit: 's',
  histogram: { aggregationTemporality: temporality, dataPoints },
})

const counts = (bucketCounts: number[], rest: Json = {}): Json => ({
  count: String(bucketCounts.reduce((a, b) => a + b, 0)),
  sum: 1.5,
  bucketCounts: bucketCounts.map(String),
  explicitBounds: [0.1, 0.5],
  ...rest,
})

/** Reads the only instrument over 40 s in slots of 10 s. */
const view = (ask: Ask, query = ''): Promise<Answer> =>
  get(ask, `/api/metrics/1?from=${START_MS}&to=${START_MS + 40_000}&stepS=10&${query}`)

const values = ({ points }: Answer): (number | null)[] => points.map((each: Answer) => each[1])
const DELTA = 1
const CUMULATIVE = 2

export function metricTests(open: Open): void {
  describe('metrics', () => {
    it('are listed with unit, type, temporality and attributes', async () => {
      const ask = await open()
      const both = [
        point(0, 10_000, { asInt: '1' }, { kind: 'a' }),
        point(0, 10_000, { asInt: '2' }, { kind: 'b' }),
      ]
      await send(ask, 'metrics', metrics([counter(DELTA, both)]))
      await send(ask, 'metrics', metrics([counter(DELTA, both)], 'admin', 'b'))
      expect((await get(ask, '/api/metrics')).metrics).toEqual([
        {
          id: 1,
          name: 'orders',
          description: 'Orders placed.',
          unit: '{order}',
          type: 'sum',
          temporality: 'delta',
          monotonic: true,
          scope: 'test',
          services: ['admin', 'shop'],
          series: 4,
          firstSeenMs: expect.any(Number),
          lastSeenMs: expect.any(Number),
          attributes: [{ key: 'kind', values: 2, examples: ['a', 'b'] }],
        },
      ])
      expect((await get(ask, '/api/metrics?text=ORDER')).metrics).toHaveLength(1)
      expect((await get(ask, '/api/metrics?text=x')).metrics).toEqual([])
      expect((await get(ask, '/api/metrics?service=shop')).metrics).toHaveLength(1)
      expect((await get(ask, '/api/metrics?service=x')).metrics).toEqual([])
    })

    it('that are deltas become rates, by attribute or in one', async () => {
      const ask = await open()
      const points = [
        point(0, 10_000, { asInt: '20' }, { kind: 'a' }),
        point(10_000, 20_000, { asInt: '40' }, { kind: 'a' }),
        point(0, 20_000, { asDouble: 10 }, { kind: 'b' }),
      ]
      await send(ask, 'metrics', metrics([counter(DELTA, points)]))
      const apart = await view(ask)
      expect(apart).toMatchObject({ shows: 'rate', stepMs: 10_000, seriesTotal: 2 })
      expect(apart.series.map(values)).toEqual([
        [2, 4, null, null],
        [0.5, 0.5, null, null],
      ])
      expect(apart.series.map((each: Answer) => each.total)).toEqual([60, 10])
      const together = await view(ask, 'by=')
      expect(together.series.map(values)).toEqual([[2.5, 4.5, null, null]])
      expect((await view(ask, 'by=kind,service.name')).series[0].attributes).toEqual({
        kind: 'a',
        'service.name': 'shop',
      })
      expect((await view(ask, 'attribute=kind%3Db')).series.map(values)).toEqual([
        [0.5, 0.5, null, null],
      ])
    })

    it('that are cumulative become rates, across restarts', async () => {
      const ask = await open()
      const points = [
        point(-60_000, 0, { asInt: '100' }),
        point(-60_000, 10_000, { asInt: '120' }),
        point(-60_000, 20_000, { asInt: '120' }),
        // A new process began at 20 s and has counted 5; then one that hides its start counts less.
        point(20_000, 30_000, { asInt: '5' }),
        point(20_000, 40_000, { asInt: '3' }),
      ]
      await send(ask, 'metrics', metrics([counter(CUMULATIVE, points)]))
      const { series } = await view(ask)
      expect(series.map(values)).toEqual([[2, 0, 0.5, 0.3]])
      expect(series[0].total).toBe(28)
    })

    it('that are cumulative count their first point only if it began in that time', async () => {
      const ask = await open()
      await send(
        ask,
        'metrics',
        metrics([
          counter(CUMULATIVE, [
            point(-60_000, 10_000, { asInt: '1000' }, { old: true }),
            point(5000, 10_000, { asInt: '7' }, { old: false }),
          ]),
        ]),
      )
      const { series } = await view(ask)
      expect(series.map((each: Answer) => [each.attributes.old, each.total])).toEqual([
        [false, 7],
        [true, 0],
      ])
    })

    it('count a point once that comes twice', async () => {
      const ask = await open()
      const body = metrics([counter(DELTA, [point(0, 10_000, { asInt: '20' })])])
      for (let i = 0; i < 3; i++) await send(ask, 'metrics', body)
      expect((await view(ask)).series[0].total).toBe(20)
    })

    it('begin anew with a later start, also when they count more than before', async () => {
      const ask = await open()
      const points = [point(-60_000, 0, { asInt: '10' }), point(5000, 10_000, { asInt: '50' })]
      await send(ask, 'metrics', metrics([counter(CUMULATIVE, points)]))
      expect((await view(ask)).series[0].total).toBe(50)
    })

    it('know a series by its attributes, in any order', async () => {
      const ask = await open()
      const of = (at: number, ...kinds: [string, number][]): Json =>
        point(at - 10_000, at, { asInt: '1' }, Object.fromEntries(kinds))
      const points = [of(10_000, ['a', 1], ['b', 2]), of(20_000, ['b', 2], ['a', 1])]
      await send(ask, 'metrics', metrics([counter(DELTA, points)]))
      const { series } = await view(ask)
      expect(series).toMatchObject([{ attributes: { a: 1, b: 2 }, total: 2 }])
      expect((await get(ask, '/api/metrics')).metrics[0].series).toBe(1)
    })

    it('replace the exemplars of a point that comes twice', async () => {
      const ask = await open()
      const body = (...traces: number[]): Json => {
        const exemplars = traces.map((trace) => ({
          traceId: traceId(trace),
          spanId: spanId(1),
          asInt: '1',
          timeUnixNano: `${START_MS}000000`,
        }))
        return metrics([counter(DELTA, [point(0, 10_000, { asInt: '3', exemplars })])])
      }
      await send(ask, 'metrics', body(1, 2))
      await send(ask, 'metrics', body(1, 2))
      await send(ask, 'metrics', body(3))
      for (const [trace, length] of [
        [1, 0],
        [2, 0],
        [3, 1],
      ] as const) {
        const spans = [{ traceId: traceId(trace), spanId: spanId(1), name: 'x' }]
        await send(ask, 'traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] })
        expect((await get(ask, `/api/traces/${traceId(trace)}`)).exemplars).toHaveLength(length)
      }
    })

    it('that are levels show values, carried on between points', async () => {
      const ask = await open()
      const gauge = (instance: string, value: number) =>
        metrics(
          [{ name: 'g', gauge: { dataPoints: [point(0, 5000, { asDouble: value })] } }],
          'shop',
          instance,
        )
      await send(ask, 'metrics', gauge('a', 1))
      await send(ask, 'metrics', gauge('b', 4))
      const view1 = await view(ask, 'by=')
      expect(view1.shows).toBe('value')
      expect(view1.series.map(values)).toEqual([[2.5, 2.5, 2.5, 2.5]])
    })

    it.each([
      [CUMULATIVE, [3, 5, 4, 4]],
      [DELTA, [3, 8, 12, 12]],
    ])('that go up and down show their level, temporality %i', async (temporality, levels) => {
      const ask = await open()
      const points = [
        point(0, 5000, { asInt: '3' }),
        point(5000, 15_000, { asInt: '5' }),
        point(15_000, 25_000, { asInt: '4' }),
      ]
      await send(ask, 'metrics', metrics([counter(temporality, points, false)]))
      expect((await view(ask)).series.map(values)).toEqual([levels])
    })

    it.each([
      [
        DELTA,
        [
          [2, 2, 0],
          [0, 0, 4],
        ],
      ],
      [
        CUMULATIVE,
        [
          [2, 2, 0],
          [2, 2, 4],
        ],
      ],
    ])(
      'show histograms as a heat map with quantiles, temporality %i',
      async (temporality, given) => {
        const ask = await open()
        const exemplars = [
          {
            traceId: traceId(1),
            spanId: spanId(2),
            asDouble: 0.3,
            timeUnixNano: `${START_MS + 9000}000000`,
          },
        ]
        const points = given.map((each, i) =>
          point(
            temporality === DELTA ? i * 10_000 : 0,
            (i + 1) * 10_000,
            counts(each, { exemplars }),
          ),
        )
        await send(ask, 'metrics', metrics([histogram(temporality, points)]))
        const answer = await view(ask)
        expect(answer.histogram.rows).toEqual([
          { from: null, to: 0.1 },
          { from: 0.1, to: 0.5 },
          { from: 0.5, to: null },
        ])
        const columns = answer.histogram.columns.map((each: Answer) => each.counts)
        expect(columns).toEqual([
          [2, 2, 0],
          [0, 0, 4],
          [0, 0, 0],
          [0, 0, 0],
        ])
        expect(answer.histogram.columns[0]).toMatchObject({
          count: 4,
          p50: 0.1,
          p90: expect.closeTo(0.42),
        })
        expect(answer.histogram).toMatchObject({ count: 8, p99: 0.5 })
        expect(values(answer.series[0])).toEqual([0.4, 0.4, null, null])
        expect(answer.exemplars).toEqual([
          {
            value: 0.3,
            timeMs: START_MS + 9000,
            traceId: traceId(1),
            spanId: spanId(2),
            attributes: {},
          },
        ])
      },
    )

    it('add exponential histograms of different scales', async () => {
      const ask = await open()
      const exponential = (scale: number, offset: number, bucketCounts: string[]) => ({
        count: '6',
        sum: 10,
        scale,
        zeroCount: '1',
        positive: { offset, bucketCounts },
        negative: { offset: 0, bucketCounts: ['1'] },
      })
      const dataPoints = [
        point(0, 10_000, exponential(1, 0, ['1', '1', '2'])),
        point(10_000, 20_000, exponential(0, 0, ['3', '1'])),
      ]
      const data = { aggregationTemporality: DELTA, dataPoints }
      await send(ask, 'metrics', metrics([{ name: 'e', exponentialHistogram: data }]))
      const { histogram: shown } = await view(ask)
      expect(shown.rows).toEqual([
        { from: -2, to: -1 },
        { from: 0, to: 0 },
        { from: 1, to: 2 },
        { from: 2, to: 4 },
      ])
      expect(shown.columns.slice(0, 2).map((each: Answer) => each.counts)).toEqual([
        [1, 1, 2, 2],
        [1, 1, 3, 1],
      ])
      expect(shown).toMatchObject({ count: 12, sum: 20 })
    })

    it('lead from an exemplar to its trace and back', async () => {
      const ask = await open()
      const exemplars = [
        { traceId: traceId(5), spanId: spanId(6), asInt: '3', timeUnixNano: `${START_MS}000000` },
      ]
      // Cumulative points may bring the same exemplar again.
      const points = [10_000, 20_000].map((at) =>
        point(0, at, { asInt: '3', exemplars }, { kind: 'a' }),
      )
      await send(ask, 'metrics', metrics([counter(CUMULATIVE, points)]))
      await send(ask, 'traces', {
        resourceSpans: [
          { scopeSpans: [{ spans: [{ traceId: traceId(5), spanId: spanId(6), name: 'x' }] }] },
        ],
      })
      expect((await get(ask, `/api/traces/${traceId(5)}`)).exemplars).toEqual([
        {
          metricId: 1,
          metric: 'orders',
          unit: '{order}',
          value: 3,
          timeMs: START_MS,
          traceId: traceId(5),
          spanId: spanId(6),
          attributes: {},
          seriesAttributes: { kind: 'a' },
        },
      ])
    })
  })

  describe('logs', () => {
    const filled = async (): Promise<Ask> => {
      const ask = await open()
      const own = { 'order.id': 7 }
      await send(
        ask,
        'logs',
        logs([
          log({ at: 0, severity: 5, body: 'cache looked up' }),
          log({ at: 10, severity: 9, body: 'order placed', attributes: own, trace: 1, span: 2 }),
          log({ at: 20, severity: 13, body: 'slow payment' }),
        ]),
      )
      await send(
        ask,
        'logs',
        logs(
          [
            {
              ...log({
                at: 30,
                severity: 17,
                body: 'payment failed',
                attributes: own,
                trace: 1,
                span: 3,
              }),
              eventName: 'payment.failed',
            },
          ],
          'payments',
        ),
      )
      return ask
    }

    it.each([
      ['', [4, 3, 2, 1]],
      ['level=debug', [4, 3, 2, 1]],
      ['level=info', [4, 3, 2]],
      ['level=warn', [4, 3]],
      ['level=fatal', []],
      ['service=payments', [4]],
      ['text=pay*', [4, 3]],
      ['text=payment+slow', [3]],
      ['attribute=order.id%3D7', [4, 2]],
      ['attribute=order.id%3D7&level=warn', [4]],
      ['eventName=payment.failed', [4]],
      [`traceId=${traceId(1)}`, [4, 2]],
      [`traceId=${traceId(1)}&spanId=${spanId(2)}`, [2]],
      [`from=${START_MS + 10}&to=${START_MS + 20}`, [3, 2]],
      [`from=${START_MS + 10}&to=${START_MS + 20}&text=order`, [2]],
      ['limit=2', [4, 3]],
      ['limit=2&cursor=3', [2, 1]],
      ['text=payment&cursor=4', [3]],
    ])('are found by %s', async (query, ids) => {
      const { items } = await get(await filled(), `/api/logs?${query}`)
      expect(items.map((item: Answer) => item.id)).toEqual(ids)
    })

    it('say all of what was logged', async () => {
      const { items } = await get(await filled(), '/api/logs?limit=1')
      expect(items[0]).toEqual({
        id: 4,
        timeMs: START_MS + 30,
        timeUnixNano: `${START_MS + 30}000000`,
        observedTimeUnixNano: '0',
        level: 'error',
        severityNumber: 17,
        severityText: null,
        service: 'payments',
        eventName: 'payment.failed',
        body: 'payment failed',
        attributes: { 'order.id': 7 },
        traceId: traceId(1),
        spanId: spanId(3),
        scope: 'test',
      })
    })
  })
}
