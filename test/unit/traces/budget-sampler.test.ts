import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { instrument, withSpan } from 'hono-observability'
import { type BudgetSamplerOptions, budgetSampler } from 'hono-observability/sampler'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { catchTelemetry } from '../hostile/support.ts'

const MONTH_SECONDS = 30 * 86_400
const SAMPLED = 2

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-30') })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Trace ids that look random, the same in each run. */
const idsFrom = (seed: number) => {
  let state = seed
  const next = (): string => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state.toString(16).padStart(8, '0')
  }
  return (): string => next() + next() + next() + next()
}

/** How many of so many traces a second, of four spans each, leave in a time. */
const sentIn = (
  options: BudgetSamplerOptions,
  tracesPerSecond: number,
  seconds: number,
): { spans: number; traces: number } => {
  const sampler = budgetSampler(options)
  const newId = idsFrom(7)
  let spans = 0
  let traces = 0
  let hasParted = false
  for (let second = 0; second < seconds; second++) {
    vi.setSystemTime(Date.now() + 1000)
    for (let i = 0; i < tracesPerSecond; i++) {
      const traceId = newId()
      const { decision } = sampler.shouldSample(ROOT_CONTEXT, traceId, 'a', SpanKind.SERVER, {}, [])
      const traceFlags = decision === SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE
      const parent = trace.setSpanContext(ROOT_CONTEXT, {
        traceId,
        spanId: 'b'.repeat(16),
        traceFlags,
      })
      for (let child = 0; child < 3; child++) {
        const below = sampler.shouldSample(parent, traceId, 'b', SpanKind.CLIENT, {}, [])
        hasParted ||= (below.decision === SAMPLED) !== (decision === SAMPLED)
      }
      if (decision === SAMPLED) {
        traces++
        spans += 4
      }
    }
  }
  expect(hasParted).toBe(false)
  return { spans, traces }
}

it('below the budget all is sampled', () => {
  const { traces } = sentIn({ spansPerMonth: 10 * MONTH_SECONDS }, 2, 600)
  expect(traces).toBe(1200)
})

it.each([2, 10, 20])('at %d times the budget, what leaves is the budget', (times) => {
  const seconds = 900
  const { spans } = sentIn({ spansPerMonth: 4 * MONTH_SECONDS }, times, seconds)
  // The first minute may be spent at once.
  expect(spans).toBeLessThanOrEqual(4 * (seconds + 60) + 4)
  expect(spans).toBeGreaterThan(0.9 * 4 * seconds)
})

it('shares are kept even: of a steady stream no minute goes without', () => {
  const sampler = budgetSampler({ spansPerMonth: MONTH_SECONDS })
  const newId = idsFrom(3)
  const minutes: number[] = []
  for (let second = 0; second < 1200; second++) {
    vi.setSystemTime(Date.now() + 1000)
    for (let i = 0; i < 20; i++) {
      const kept = sampler.shouldSample(ROOT_CONTEXT, newId(), 'a', SpanKind.SERVER, {}, [])
      const minute = Math.floor(second / 60)
      minutes[minute] = (minutes[minute] ?? 0) + (kept.decision === SAMPLED ? 1 : 0)
    }
  }
  const steady = minutes.slice(3)
  expect(Math.min(...steady)).toBeGreaterThan(30)
  expect(Math.max(...steady)).toBeLessThan(90)
})

/** How often the budget was spent, in a time of which it is a good many traces. */
const timesSpent = (
  [perSecond, tracesPerSecond, spansOfTrace]: readonly [number, number, number],
  { isOverlapping = false, seconds = 0 } = {},
): number => {
  const sampler = budgetSampler({ spansPerMonth: perSecond * MONTH_SECONDS })
  const newId = idsFrom(11)
  const time = Math.max(seconds, 1800, (20 * spansOfTrace) / perSecond)
  const stepSeconds = Math.max(1, 1 / tracesPerSecond)
  let own = 0
  const begin = (traceId: string, parent = ROOT_CONTEXT): boolean =>
    sampler.shouldSample(parent, traceId, 'a', SpanKind.SERVER, {}, []).decision === SAMPLED
  const below = (traceId: string) =>
    trace.setSpanContext(ROOT_CONTEXT, {
      traceId,
      spanId: 'b'.repeat(16),
      traceFlags: TraceFlags.SAMPLED,
    })
  const goOn = (traceId: string): void => {
    const parent = below(traceId)
    for (let span = 1; span < spansOfTrace; span++) {
      own += Number(begin(traceId, parent))
    }
  }
  for (let second = 0; second < time; second += stepSeconds) {
    vi.setSystemTime(Date.now() + 1000 * stepSeconds)
    const open: string[] = []
    for (let i = 0; i < tracesPerSecond * stepSeconds; i++) {
      const traceId = newId()
      if (begin(traceId)) {
        own++
        open.push(traceId)
      }
      if (!isOverlapping) {
        open.splice(0).forEach(goOn)
      }
    }
    open.forEach(goOn)
  }
  return own / (perSecond * time)
}

const BUDGETS: readonly (readonly [spansPerSecond: number, traces: number, spans: number])[] = [
  [10_000 / MONTH_SECONDS, 100, 1],
  [10_000 / MONTH_SECONDS, 1, 20],
  [10_000 / MONTH_SECONDS, 0.1, 100],
  [10_000 / MONTH_SECONDS, 0.01, 40],
  [20_000_000 / MONTH_SECONDS / 50, 10, 40],
  [1_000_000 / MONTH_SECONDS, 10, 100],
  [1, 0.01, 100],
  [1, 1, 7],
  [1, 100, 1],
  [1, 100, 20],
  [50, 100, 3],
  [50, 100, 100],
]

it.each(BUDGETS)('of %f spans a second, %f traces of %i spans take no more', (...budget) => {
  expect(timesSpent(budget)).toBeLessThan(1.1)
})

it.each(BUDGETS.filter(([perSecond, rate, spans]) => perSecond < 0.9 * rate * spans))(
  'of %f spans a second, %f traces of %i spans that wish for more take most',
  (...budget) => {
    expect(timesSpent(budget)).toBeGreaterThan(0.8)
  },
)

it('traces that run at the same time take no more in a day', () => {
  expect(timesSpent([1, 10, 100], { isOverlapping: true, seconds: 86_400 })).toBeLessThan(1.1)
})

it('what callers have had sampled forgives nothing, and is owed for no more than a minute', () => {
  const sampler = budgetSampler({ spansPerMonth: MONTH_SECONDS })
  const newId = idsFrom(2)
  const begin = (parent = ROOT_CONTEXT): number =>
    sampler.shouldSample(parent, newId(), 'a', SpanKind.SERVER, {}, []).decision
  const remote = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: newId(),
    spanId: 'b'.repeat(16),
    traceFlags: TraceFlags.SAMPLED,
  })
  for (let i = 0; i < 10_000; i++) {
    begin(remote)
  }
  vi.setSystemTime(Date.now() + 121_000)
  expect(Array.from({ length: 500 }, () => begin())).toContain(SAMPLED)
  const own = newId()
  while (
    sampler.shouldSample(ROOT_CONTEXT, own, 'a', SpanKind.SERVER, {}, []).decision !== SAMPLED
  ) {
    vi.setSystemTime(Date.now() + 1000)
  }
  for (let i = 0; i < 1000; i++) {
    sampler.shouldSample(remote, own, 'b', SpanKind.INTERNAL, {}, [])
  }
  begin(remote)
  vi.setSystemTime(Date.now() + 200_000)
  expect(Array.from({ length: 500 }, () => begin())).not.toContain(SAMPLED)
})

it('of a thousand traces at once it is known that they began here', () => {
  const owedFor = (between: number): boolean => {
    const sampler = budgetSampler({ spansPerMonth: 100 * MONTH_SECONDS })
    const newId = idsFrom(4)
    const ids = Array.from({ length: between }, newId)
    const ask = (traceId: string, parent = ROOT_CONTEXT): boolean =>
      sampler.shouldSample(parent, traceId, 'a', SpanKind.SERVER, {}, []).decision === SAMPLED
    const sampled = ids.filter((id) => ask(id))
    expect(sampled).toHaveLength(between)
    const [first = ''] = sampled
    const parent = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: first,
      spanId: 'b'.repeat(16),
      traceFlags: TraceFlags.SAMPLED,
    })
    for (let span = 0; span < 30_000; span++) {
      ask(first, parent)
    }
    // Two minutes and more pay back what callers may owe.
    vi.setSystemTime(Date.now() + 130_000)
    return !Array.from({ length: 50 }, newId).some((id) => ask(id))
  }
  expect(owedFor(1000)).toBe(true)
  expect(owedFor(1001)).toBe(false)
})

it('dollars are spans by their price, and instances share', () => {
  const inSpans = sentIn({ spansPerMonth: 2 * MONTH_SECONDS }, 10, 300)
  const price = { usdPerMonth: 8 * 1.5 * (MONTH_SECONDS / 1e6), usdPerMillionSpans: 1.5 }
  expect(sentIn({ ...price, instances: 4 }, 10, 300)).toEqual(inSpans)
})

it('a clock that goes back gives nothing', () => {
  const sampler = budgetSampler({ spansPerMonth: MONTH_SECONDS / 60 })
  const newId = idsFrom(5)
  const ask = () =>
    sampler.shouldSample(ROOT_CONTEXT, newId(), 'a', SpanKind.SERVER, {}, []).decision
  expect(ask()).toBe(SAMPLED)
  vi.setSystemTime(Date.now() - 3_600_000)
  expect(Array.from({ length: 20 }, ask)).not.toContain(SAMPLED)
})

it('with the budget used up, a request that fails is kept, with all of its spans', async () => {
  vi.useRealTimers()
  const caught = catchTelemetry()
  const app = new Hono()
  app.get('/:what', async (c) =>
    withSpan('work', async () => c.text('done', c.req.param('what') === 'bad' ? 500 : 200)),
  )
  const options = caught.options({
    traces: { sampler: budgetSampler({ spansPerMonth: 1 }), tail: { errors: true } },
  })
  const worker = instrument(app, options)
  for (const path of ['good', 'good', 'good', 'bad', 'good']) {
    await caught.send(worker, new Request(`http://shop.test/${path}`))
  }
  const failed = caught.spans.filter(({ attributes }) => JSON.stringify(attributes).includes('500'))
  expect(failed).toHaveLength(1)
  // The first trace took what there was.
  expect(caught.spans).toHaveLength(4)
})

it.each([
  [{}, '`spansPerMonth` must be a number, unless `usdPerMonth` is one, received undefined'],
  [{ spansPerMonth: 1, usdPerMonth: 1 }, '`spansPerMonth` must be a number, unless'],
  [{ spansPerMonth: 0 }, '`spansPerMonth` must be a number above 0, received 0'],
  [{ spansPerMonth: Number.NaN }, '`spansPerMonth` must be a number above 0'],
  [{ usdPerMonth: 5 }, '`usdPerMillionSpans` must be a number above 0, received undefined'],
  [{ spansPerMonth: 9, instances: 0 }, '`instances` must be a number from 1 on, received 0'],
])('%j is refused', (options, message) => {
  expect(() => budgetSampler(options)).toThrow(`Cannot sample by budget: ${message}`)
})
