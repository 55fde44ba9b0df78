import { describe, expect, it } from 'vitest'
import { type Answer, type Ask, get, type Open, send } from './backend.ts'
import { keyValues, log, logs, request, span, spanId, spans, traceId } from './records.ts'

const TRACES = [
  { trace: 1, to: 10, attributes: { 'user.tier': 'gold', 'order.id': 7 } },
  { trace: 2, to: 200, route: '/carts/:id', attributes: { 'user.tier': 'silver' } },
  { trace: 3, to: 500, status: 503, attributes: { 'user.tier': 'gold', note: 'card "declined"' } },
  { trace: 4, to: 50, method: 'POST', attributes: { 'order.id': 12 } },
]

/** One query language for spans and log records. */
export function searchTests(open: Open): void {
  const filled = async (): Promise<Ask> => {
    const ask = await open()
    await send(ask, 'traces', spans(TRACES.map((each) => request({ span: 1, ...each }))))
    const other = spans([span({ trace: 5, span: 2, name: 'checkout cart', kind: 5 })], 'mailer')
    const [first] = other.resourceSpans as Answer[]
    first.resource.attributes.push(...keyValues({ 'service.version': '2.1.0' }))
    await send(ask, 'traces', other)
    await send(
      ask,
      'logs',
      logs([
        log({ body: 'order 7 placed', attributes: { 'order.id': 7, region: 'eu' }, trace: 1 }),
        log({ body: 'card declined', severity: 17, attributes: { region: 'us' } }),
        log({ body: 'cache cold', severity: 13 }),
      ]),
    )
    return ask
  }
  const found = async (ask: Ask, q: string): Promise<number[]> => {
    const { items } = await get(ask, `/api/traces?q=${encodeURIComponent(q)}`)
    return items.map(({ traceId: id }: Answer) => Number.parseInt(id, 16)).sort()
  }

  describe('queries', () => {
    it.each([
      ['user.tier=gold', [1, 3]],
      ['user.tier!=gold', [2]],
      ['not user.tier=gold', [2, 4, 5]],
      ['user.tier exists', [1, 2, 3]],
      ['not user.tier exists', [4, 5]],
      ['order.id>7', [4]],
      ['order.id>=7 order.id<12', [1]],
      ['duration>100ms', [2, 3]],
      ['duration>=0.2s and duration<=500', [2, 3]],
      ['status=error', [3]],
      ['not status=error', [1, 2, 4, 5]],
      ['user.tier=gold or user.tier=silver', [1, 2, 3]],
      ['(user.tier=gold or order.id=12) and not status=error', [1, 4]],
      ['name~orders', [1, 3, 4]],
      ['name~"get*cart"', [2]],
      ['route=/carts/:id', [2]],
      ['note="card \\"declined\\""', [3]],
      ['declined', [3]],
      ['decl*', [3]],
      ['checkout or declined', [3, 5]],
      ['"checkout cart"', [5]],
      ['not (orders or carts)', [5]],
      ['service=mailer', [5]],
      ['service.version=2.1.0', [5]],
      ['kind=consumer', [5]],
      [traceId(4), [4]],
      [traceId(4).slice(0, 31), [1, 2, 3, 4, 5]],
      [spanId(2), [5]],
      [`${spanId(2)} or user.tier=silver`, [2, 5]],
      ['user.tier=bronze', []],
      ['toString exists', []],
      ['', [1, 2, 3, 4, 5]],
    ])('finds the traces with %s', async (q, expected) => {
      expect(await found(await filled(), q)).toEqual(expected)
    })

    it.each([
      ['level=error', ['card declined']],
      ['severity>=13 and not region exists', ['cache cold']],
      ['region=eu or region=us', ['card declined', 'order 7 placed']],
      ['body~"* placed"', ['order 7 placed']],
      ['declined', ['card declined']],
      [`trace=${traceId(1)}`, ['order 7 placed']],
      ['order.id=7 placed', ['order 7 placed']],
    ])('finds the log records with %s', async (q, expected) => {
      const { items } = await get(await filled(), `/api/logs?q=${encodeURIComponent(q)}`)
      expect(items.map(({ body }: Answer) => body)).toEqual(expected)
    })

    it.each([
      ['order.id=', 'expected a value after `=`, at 10'],
      ['(a=1', 'expected `)`, at 5'],
      ['a=1)', 'expected nothing more than ")", at 4'],
      ['and b', 'expected a word or a condition before "and", at 1'],
      ['a or', 'expected a word or a condition, at 5'],
      ['= 3', 'expected a word or a condition before "=", at 1'],
      [`${'('.repeat(200)}a`, 'too many parentheses'],
      [`${'a '.repeat(100)}`, 'more than 64 terms'],
    ])('refuses %s, and says where', async (q, message) => {
      const response = await (await open())(`/api/traces?q=${encodeURIComponent(q)}`)
      expect(response.status).toBe(400)
      expect(((await response.json()) as Answer).error.message).toContain(message)
    })

    it('goes on where a page ended, and lists each trace once', async () => {
      const ask = await open()
      const many = Array.from({ length: 60 }, (_, i) =>
        request({ trace: i + 1, span: 1, to: i + 1 }),
      )
      await send(ask, 'traces', spans(many))
      const seen: string[] = []
      let cursor = ''
      do {
        const page = await get(ask, `/api/traces?q=duration%3E20&limit=7&cursor=${cursor}`)
        seen.push(...page.items.map((each: Answer) => each.traceId))
        cursor = page.nextCursor ?? ''
      } while (cursor)
      expect(seen).toHaveLength(40)
      expect(new Set(seen).size).toBe(40)
    })

    it('offers keys and values', async () => {
      const ask = await filled()
      const { keys } = await get(ask, '/api/keys?signal=traces')
      expect(keys).toContainEqual({ key: 'user.tier', values: ['gold', 'silver'] })
      expect(keys).toContainEqual({ key: 'service.version', values: ['2.1.0'] })
      expect((await get(ask, '/api/keys?signal=logs')).keys).toContainEqual({
        key: 'region',
        values: ['us', 'eu'],
      })
    })
  })
}
