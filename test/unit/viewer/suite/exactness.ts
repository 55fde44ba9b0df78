import { describe, expect, it } from 'vitest'
import { type Answer, get, type Open, send } from './backend.ts'
import { log, logs, point, request, START_MS, span, spans, traceId } from './records.ts'

const BIG = '1234567890123456789'

/** What other senders write, kept to the last digit. */
export function exactnessTests(open: Open): void {
  describe('exactly what was sent is kept', () => {
    const sent = async (open: Open, signal: string, body: string) => {
      const ask = await open()
      const headers = { 'content-type': 'application/json' }
      const response = await ask(`/v1/${signal}`, { method: 'POST', headers, body })
      expect(await response.text()).toBe('{}')
      return ask
    }

    it('integers beyond 2^53 that are written as numbers', async () => {
      const text = JSON.stringify(spans([span({ trace: 1, span: 1, attributes: { a: 1, b: 2 } })]))
      const body = text
        .replace('"intValue":"1"', `"intValue":${BIG}`)
        .replace('"intValue":"2"', '"intValue":-9223372036854775808')
      const ask = await sent(open, 'traces', body)
      const { spans: shown } = await get(ask, `/api/traces/${traceId(1)}`)
      expect(shown[0].attributes).toEqual({ a: BIG, b: '-9223372036854775808' })
    })

    it('times that are written as numbers', async () => {
      const text = JSON.stringify(spans([span({ trace: 1, span: 1 })]))
      const nano = `${START_MS}123457`
      const ask = await sent(
        open,
        'traces',
        text.replace(/"startTimeUnixNano":"\d+"/, `"startTimeUnixNano":${nano}`),
      )
      const { spans: shown } = await get(ask, `/api/traces/${traceId(1)}`)
      expect(shown[0].startTimeUnixNano).toBe(nano)
    })

    it('long digits within strings, as the strings that they are', async () => {
      const body = `[${BIG}, ${BIG}]`
      const ask = await open()
      await send(ask, 'logs', logs([log({ body })]))
      expect((await get(ask, '/api/logs')).items[0].body).toBe(body)
    })

    it('an error whose status, kind and severity are written as names', async () => {
      const named = {
        ...span({ trace: 1, span: 1 }),
        kind: 'SPAN_KIND_SERVER',
        status: { code: 'STATUS_CODE_ERROR' },
      }
      const ask = await sent(open, 'traces', JSON.stringify(spans([named])))
      expect((await get(ask, '/api/traces?status=error')).items).toMatchObject([
        { kind: 'server', errors: 1 },
      ])
      const said = { ...log({}), severityNumber: 'SEVERITY_NUMBER_ERROR2' }
      await send(ask, 'logs', logs([said]))
      expect((await get(ask, '/api/logs?level=error')).items).toMatchObject([
        { severityNumber: 18 },
      ])
    })

    it('the points of two versions of one scope', async () => {
      const ask = await open()
      const metric = (value: string) => ({
        name: 'hits',
        sum: {
          aggregationTemporality: 'AGGREGATION_TEMPORALITY_DELTA',
          isMonotonic: true,
          dataPoints: [point(0, 1000, { asInt: value })],
        },
      })
      const scopeMetrics = ['1', '2'].map((version, i) => ({
        scope: { name: 'lib', version },
        metrics: [metric(['32', '10'][i] as string)],
      }))
      await send(ask, 'metrics', { resourceMetrics: [{ scopeMetrics }] })
      const { metrics } = await get(ask, '/api/metrics')
      expect(metrics).toMatchObject([{ name: 'hits', series: 2 }])
      const view = await get(ask, `/api/metrics/${metrics[0].id}?last=10m&by=`)
      expect(view.series).toMatchObject([{ total: 42 }])
    })

    it('counts beyond 2^53, in both encodings', async () => {
      for (const encoding of ['json', 'protobuf'] as const) {
        const ask = await open()
        const data = {
          count: '18446744073709551615',
          bucketCounts: ['9007199254740993', '18437736874454810622'],
          explicitBounds: [1],
          sum: 1,
        }
        const histogram = { aggregationTemporality: 1, dataPoints: [point(0, 1000, data)] }
        const scopeMetrics = [{ scope: { name: 's' }, metrics: [{ name: 'h', histogram }] }]
        await send(ask, 'metrics', { resourceMetrics: [{ scopeMetrics }] }, encoding)
        const file = await get(ask, '/api/metrics/1/otlp.json')
        const [exported] = file.resourceMetrics[0].scopeMetrics[0].metrics[0].histogram.dataPoints
        expect(exported).toMatchObject(data)
        const { histogram: drawn } = await get(ask, '/api/metrics/1?last=10m')
        expect(drawn.count).toBeCloseTo(2 ** 64)
      }
    })

    it('logs without a trace, found by the filters of the list, in pages', async () => {
      const ask = await open()
      const records = ['a', 'b', 'c'].map((body) => log({ body, severity: 17 }))
      await send(ask, 'logs', logs([...records, log({ body: 'd' })]))
      const response = await ask('/api/logs/otlp.json?level=error&limit=2')
      const bodies = async (from: Response): Promise<string[]> =>
        ((await from.json()) as Answer).resourceLogs[0].scopeLogs[0].logRecords.map(
          (each: Answer) => each.body.stringValue,
        )
      expect(await bodies(response)).toEqual(['b', 'c'])
      const next = /^<(\S+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1] ?? ''
      expect(await bodies(await ask(next))).toEqual(['a'])
    })

    it('state and flags of links', async () => {
      const ask = await open()
      const link = { traceId: traceId(2), spanId: '0000000000000002', traceState: 'a=b', flags: 1 }
      const linked = { ...request({ trace: 1, span: 1 }), links: [link] }
      await send(ask, 'traces', spans([linked]))
      const { spans: shown } = await get(ask, `/api/traces/${traceId(1)}`)
      expect(shown[0].links).toEqual([{ ...link, attributes: {}, droppedAttributes: 0 }])
    })
  })
}
