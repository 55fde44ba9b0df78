import { describe, expect, it } from 'vitest'
import { type Answer, get, type Json, type Open, post, send } from './backend.ts'
import {
  keyValues,
  log,
  logs,
  metrics,
  point,
  request,
  span,
  spanId,
  spans,
  traceId,
} from './records.ts'

const SCRIPT = '"><script>alert(1)</script>\'; DROP TABLE spans; --'

export function hostileTests(open: Open): void {
  describe('hostile telemetry', () => {
    it('with scripts and SQL in its names comes back as it was, and as JSON only', async () => {
      const ask = await open()
      const own = { [SCRIPT]: SCRIPT, __proto__: 'x', 'con\u0000structor': '\u202e\u0000' }
      const hostile = { ...span({ trace: 1, span: 1, attributes: own }), name: SCRIPT }
      await send(ask, 'traces', spans([hostile], SCRIPT))
      await send(ask, 'logs', logs([log({ body: SCRIPT, trace: 1 })], SCRIPT))
      await send(
        ask,
        'metrics',
        metrics(
          [
            {
              name: SCRIPT,
              unit: SCRIPT,
              gauge: { dataPoints: [point(0, 1, { asInt: '1' }, own)] },
            },
          ],
          SCRIPT,
        ),
      )
      for (const [path, read] of [
        ['/api/services', (answer: Answer) => answer.services[0].name],
        ['/api/traces', (answer: Answer) => answer.items[0].name],
        [
          `/api/traces?service=${encodeURIComponent(SCRIPT)}&text=script`,
          (answer: Answer) => answer.items[0].service,
        ],
        [`/api/traces/${traceId(1)}`, (answer: Answer) => answer.spans[0].attributes[SCRIPT]],
        ['/api/logs', (answer: Answer) => answer.items[0].body],
        ['/api/metrics', (answer: Answer) => answer.metrics[0].name],
      ] as const) {
        const response = await ask(path)
        expect(response.headers.get('content-type')).toMatch(/^application\/json/)
        expect(response.headers.get('x-content-type-options')).toBe('nosniff')
        expect(read(await response.json())).toBe(SCRIPT)
      }
      const file = await (await ask(`/api/traces/${traceId(1)}/otlp.json`)).text()
      expect(file).toContain('con\\u0000structor')
    })

    it('with a prototype for a key changes no prototype', async () => {
      const ask = await open()
      const attributes = [
        {
          key: '__proto__',
          value: { kvlistValue: { values: [{ key: 'polluted', value: { boolValue: true } }] } },
        },
      ]
      await send(ask, 'traces', spans([{ ...span({ trace: 1, span: 1 }), attributes }]))
      const view = await get(ask, `/api/traces/${traceId(1)}`)
      expect(Object.hasOwn(view.spans[0].attributes, '__proto__')).toBe(true)
      expect(({} as Json).polluted).toBeUndefined()
    })

    it('with a million attributes is shortened', async () => {
      const ask = await open()
      const empty = (await get(ask, '/api/status')).storedBytes
      // 14 MB, just below what is taken.
      const body = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"${traceId(1)}","spanId":"${spanId(1)}","name":"x","attributes":[${new Array(1_000_000).fill('{"key":"a"}').join()}]}]}]}]}`
      const headers = { 'content-type': 'application/json' }
      const response = await ask('/v1/traces', { method: 'POST', headers, body })
      expect(await response.json()).toEqual({
        partialSuccess: {
          rejectedSpans: '0',
          errorMessage: '1 spans shortened: larger than is kept',
        },
      })
      expect((await get(ask, '/api/status')).storedBytes - empty).toBeLessThan(50_000)
    })

    it('with huge strings and deep values is shortened', async () => {
      const ask = await open()
      const empty = (await get(ask, '/api/status')).storedBytes
      let deep: Json = { stringValue: 'bottom' }
      for (let i = 0; i < 1000; i++) deep = { arrayValue: { values: [deep] } }
      const attributes = [
        { key: 'deep', value: deep },
        ...Array.from({ length: 20 }, (_, i) => ({
          key: `k${i}`,
          value: { stringValue: 'x'.repeat(100_000) },
        })),
      ]
      const response = await post(ask, 'logs', logs([{ ...log({}), attributes }]))
      expect(await response.text()).toContain('1 log records shortened')
      const { storedBytes } = await get(ask, '/api/status')
      expect(storedBytes - empty).toBeLessThan(350_000)
      expect((await get(ask, '/api/logs')).items).toHaveLength(1)
    })

    it('nested 100,000 levels deep in JSON is refused or shortened', async () => {
      const ask = await open()
      const levels = 100_000
      const value = `${'{"arrayValue":{"values":['.repeat(levels)}${']}}'.repeat(levels)}`
      const body = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${value}}]}]}]}`
      const headers = { 'content-type': 'application/json' }
      const response = await ask('/v1/logs', { method: 'POST', headers, body })
      expect(await response.text()).toMatch(/shortened|the body is no OTLP/)
      expect((await get(ask, '/api/logs')).items.length).toBeLessThanOrEqual(1)
    })

    it('nested 10,000 levels deep in protobuf is refused', async () => {
      const ask = await open()
      let value: number[] = []
      // A value that holds a list that holds a value …
      for (let i = 0; i < 10_000; i++) value = wrap(i % 2 ? 5 : 1, value)
      const body = new Uint8Array(wrap(1, wrap(2, wrap(2, wrap(5, value)))))
      const headers = { 'content-type': 'application/x-protobuf' }
      const response = await ask('/v1/logs', { method: 'POST', headers, body })
      expect(response.status).toBe(400)
      expect(await response.text()).toContain('nested deeper')
    })

    it('with clocks in 1970 and far away is kept, listed and noted', async () => {
      const ask = await open()
      const max = '18446744073709551615'
      const at = (startTimeUnixNano: string, endTimeUnixNano: string, number: number) => ({
        ...request({ trace: number, span: 1 }),
        startTimeUnixNano,
        endTimeUnixNano,
      })
      await send(
        ask,
        'traces',
        spans([at('0', '1', 1), at(max, max, 2), at('0', max, 3), at(max, '0', 4)]),
      )
      await send(
        ask,
        'logs',
        logs([
          { ...log({}), timeUnixNano: max },
          { ...log({}), timeUnixNano: '1' },
        ]),
      )
      expect((await get(ask, '/api/traces')).items).toHaveLength(4)
      for (let i = 1; i <= 4; i++) {
        const view = await get(ask, `/api/traces/${traceId(i)}`)
        expect(view.spans[0].durationMs).toBeGreaterThanOrEqual(0)
      }
      expect((await get(ask, '/api/logs')).items.map((each: Answer) => each.timeUnixNano)).toEqual([
        '1',
        max,
      ])
      expect((await get(ask, '/api/overview?last=7d')).total.requests).toBe(0)
      const { notes } = await get(ask, '/api/notes')
      expect(notes.map((note: Answer) => note.rule)).toContain('clock')
      const bad = { ...span({ trace: 9, span: 1 }), startTimeUnixNano: '18446744073709551616' }
      expect(await (await post(ask, 'traces', spans([bad]))).text()).toContain('invalid start time')
    })

    it('with missing parents, cycles and spans that are their own parent shows every span once', async () => {
      const ask = await open()
      await send(
        ask,
        'traces',
        spans([
          span({ trace: 1, span: 1, parent: 99, name: 'orphan' }),
          span({ trace: 1, span: 2, parent: 2, name: 'own parent', from: 1 }),
          span({ trace: 1, span: 3, parent: 5, name: 'a', from: 2 }),
          span({ trace: 1, span: 4, parent: 3, name: 'b', from: 3 }),
          span({ trace: 1, span: 5, parent: 4, name: 'c', from: 4 }),
          span({ trace: 1, span: 6, parent: 5, name: 'hangs on it', from: 5 }),
        ]),
      )
      const view = await get(ask, `/api/traces/${traceId(1)}`)
      expect(
        view.spans.map((each: Answer) => [each.name, each.depth, each.parentMissing, each.inCycle]),
      ).toEqual([
        ['orphan', 0, true, false],
        ['own parent', 0, false, true],
        ['a', 0, false, true],
        ['b', 1, false, false],
        ['c', 2, false, false],
        ['hangs on it', 3, false, false],
      ])
      expect(view.trace).toMatchObject({ rootMissing: true, spans: 6 })
      expect((await ask(`/api/compare?a=${traceId(1)}&b=${traceId(1)}`)).status).toBe(200)
    })

    it('that is 10,000 spans in a chain is shown in bounds', async () => {
      const ask = await open()
      const chain = Array.from({ length: 10_050 }, (_, i) =>
        span({ trace: 1, span: i + 1, ...(i && { parent: i }), from: i / 1000, to: 20 - i / 1000 }),
      )
      for (let i = 0; i < chain.length; i += 2010) {
        await send(ask, 'traces', spans(chain.slice(i, i + 2010)))
      }
      const started = performance.now()
      const view = await get(ask, `/api/traces/${traceId(1)}`)
      expect(performance.now() - started).toBeLessThan(5000)
      expect(view).toMatchObject({ detailed: false, truncated: true })
      expect(view.spans).toHaveLength(10_000)
      expect(view.spans.at(-1).depth).toBe(9999)
      expect(view.spans[0].attributes).toBeUndefined()
      expect(view.trace.spans).toBe(10_050)
      expect((await ask(`/api/compare?a=${traceId(1)}&b=${traceId(1)}`)).status).toBe(200)
    }, 60_000)

    it('that is large record by record is answered in parts', async () => {
      const ask = await open()
      const filler = { x: 'x'.repeat(30_000), y: 'y'.repeat(30_000), z: 'z'.repeat(30_000) }
      const exemplars = Array.from({ length: 6 }, () => ({
        filteredAttributes: keyValues(filler).slice(0, 1),
        asInt: '1',
      }))
      for (let part = 0; part < 4; part++) {
        const first = 50 * part
        const parts = Array.from({ length: 50 }, (_, i) => first + i)
        const own = (i: number) => ({ trace: 1, span: i + 1, attributes: filler })
        await send(ask, 'traces', spans(parts.map((i) => span(own(i)))))
        await send(ask, 'logs', logs(parts.map((i) => log({ ...own(i), body: `${i}` }))))
        const dataPoints = parts.map((i) => point(i, i + 1, { asInt: '1', exemplars }))
        await send(ask, 'metrics', metrics([{ name: 'm', gauge: { dataPoints } }]))
      }
      const view = await get(ask, `/api/traces/${traceId(1)}`)
      expect(view).toMatchObject({ detailed: false, truncated: false })
      expect(view.spans).toHaveLength(200)
      expect(view.logs.length).toBeLessThan(100)
      expect((await ask(`/api/traces/${traceId(1)}/otlp.json`)).status).toBe(413)
      const one = await get(ask, `/api/traces/${traceId(1)}/spans/${spanId(7)}`)
      expect(one.attributes).toEqual(filler)
      expect((await ask(`/api/compare?a=${traceId(1)}&b=${traceId(1)}`)).status).toBe(200)
      for (const query of ['', 'service=shop&']) {
        const bodies: string[] = []
        let cursor = ''
        for (let pages = 0; pages < 10; pages++) {
          const page = await get(ask, `/api/logs?${query}limit=500${cursor}`)
          bodies.push(...page.items.map((item: Answer) => item.body))
          if (page.nextCursor === null) break
          expect(page.incomplete).toBe(true)
          cursor = `&cursor=${page.nextCursor}`
        }
        expect(bodies).toEqual(Array.from({ length: 200 }, (_, i) => `${199 - i}`))
      }
      expect(await get(ask, '/api/metrics/1?last=5m')).toMatchObject({ truncated: true })
      expect((await get(ask, '/api/notes')).lookedAt).toMatchObject({ spans: 0, logs: 0 })
    }, 60_000)

    it('with wrong types everywhere is refused or ignored, never stored half', async () => {
      const ask = await open()
      const wrong: Json[] = [
        { resourceSpans: [{ scopeSpans: [{ spans: [null, 7, 'x', []] }] }] },
        { resourceSpans: [{ resource: 7 }] },
        { resourceSpans: [null] },
        {
          resourceSpans: [
            { scopeSpans: [{ spans: [{ ...span({ trace: 1, span: 1 }), events: [7] }] }] },
          ],
        },
      ]
      for (const body of wrong) {
        const { status } = await post(ask, 'traces', body)
        expect([200, 400]).toContain(status)
      }
      const odd = {
        ...span({ trace: 1, span: 1 }),
        name: 7,
        kind: 'server',
        attributes: [
          null,
          7,
          { key: 7 },
          { key: 'a', value: { stringValue: 7 } },
          { key: 'b', value: [] },
        ],
        status: { code: 'error' },
        flags: -1,
      }
      await send(ask, 'traces', spans([odd]))
      const { spans: shown } = await get(ask, `/api/traces/${traceId(1)}`)
      expect(shown[0]).toMatchObject({
        name: '',
        kind: 'unset',
        status: 'unset',
        attributes: { a: null, b: null },
      })
      const nan = { count: 'x', sum: 'NaN', bucketCounts: ['-1', 'x'], explicitBounds: ['NaN'] }
      const data = { aggregationTemporality: 1, dataPoints: [point(0, 1, nan)] }
      expect(
        await (await post(ask, 'metrics', metrics([{ name: 'h', histogram: data }]))).text(),
      ).toContain('bounds that do not rise')
    })
  })

  describe('retention', () => {
    it('keeps within a size, the newest', async () => {
      const ask = await open({ maxBytes: 2_000_000 })
      const filler = 'x'.repeat(500)
      for (let i = 0; i < 40; i++) {
        const records = Array.from({ length: 100 }, (_, n) =>
          span({ trace: 100 * i + n + 1, span: 1, attributes: { filler } }),
        )
        await send(ask, 'traces', spans(records, `service-${i}`))
        await send(ask, 'logs', logs(Array.from({ length: 50 }, () => log({ body: filler }))))
      }
      const { storedBytes, maxBytes } = await get(ask, '/api/status')
      expect(storedBytes).toBeLessThan(1.1 * maxBytes)
      expect(storedBytes).toBeGreaterThan(maxBytes / 2)
      // It counts them still, and says so.
      expect((await get(ask, '/api/overview')).goneBeforeMs).toBeGreaterThan(Date.now() - 60_000)
      const { items } = await get(ask, '/api/traces?limit=1')
      expect(items[0].traceId).toBe(traceId(4000))
      expect((await ask(`/api/traces/${traceId(1)}`)).status).toBe(404)
      expect((await get(ask, '/api/traces?service=service-0')).items).toEqual([])
      expect((await get(ask, `/api/logs?text=xxx*`)).items.length).toBeGreaterThan(0)
    }, 60_000)
  })
}

/** A field of bytes in protobuf. */
function wrap(id: number, bytes: number[]): number[] {
  const header = [id * 8 + 2]
  let rest = bytes.length
  for (; rest >= 128; rest = Math.floor(rest / 128)) header.push((rest % 128) + 128)
  header.push(rest)
  return header.concat(bytes)
}
