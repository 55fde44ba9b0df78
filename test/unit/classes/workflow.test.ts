import { context, metrics, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api'
import { collectMetrics, instrumentWorkflow, withSpan } from 'hono-observability'
import { expect, it, vi } from 'vitest'
import { sealedWith } from '../../support/sealed.ts'
import { Base, newCtx, recorded } from './run-class.ts'

interface Event {
  payload: unknown
  timestamp: Date
  instanceId: string
  workflowName: string
}

type Callback = (context?: { attempt: number }) => unknown

interface Step {
  do(name: string, callback: Callback): Promise<unknown>
  do(name: string, config: object, callback: Callback): Promise<unknown>
  sleep(name: string, duration: number): Promise<void>
}

const eventOf = (instanceId: string, payload: unknown = {}): Event => ({
  instanceId,
  payload,
  timestamp: new Date(),
  workflowName: 'shipping',
})

/** Executes steps, other than those that are done already. */
const stepOf = (done: readonly string[] = []): Step => ({
  async do(name: string, ...args: unknown[]) {
    return done.includes(name) ? 'done' : (args.at(-1) as Callback)()
  },
  async sleep() {},
})

class Shipping extends Base {
  async run(event: Event, step: Step): Promise<unknown> {
    await step.do('pack', () => 'packed')
    await step.sleep('courier', 1)
    return [event.payload, await step.do('ship', { retries: {} }, () => 'shipped')]
  }
}

const run = (Class: typeof Shipping, event: Event, step: Step): Promise<unknown> =>
  new Class(newCtx(), {}).run(event, step)

it('replays with the same ids, and without spans of steps that are done', async () => {
  const { options, seen } = recorded()
  const Instrumented = instrumentWorkflow(Shipping, options)
  await run(Instrumented, eventOf('a'), stepOf())
  const first = seen()
  expect(first.map(({ name }) => name)).toEqual(['do pack', 'do ship', 'run shipping'])
  await run(Instrumented, eventOf('a'), stepOf(['pack']))
  const second = seen()
  expect(second.map(({ name }) => name)).toEqual(['do ship', 'run shipping'])
  expect(second[1]).toEqual(first[2])
  expect(new Set([...first, ...second].map(({ traceId }) => traceId)).size).toBe(1)
  expect(second[0]?.parentId).toBe(first[2]?.spanId)
  await run(Instrumented, eventOf('b'), stepOf())
  expect(seen()[0]?.traceId).not.toBe(first[0]?.traceId)
})

it('a step inside withSpan hangs under that span, also when the engine calls it from elsewhere', async () => {
  const { options, seen } = recorded()
  let packing: SpanContext | undefined
  class Packing extends Base {
    async run(_event: Event, step: Step): Promise<void> {
      await withSpan('packing', (span) => {
        packing = span.spanContext()
        return step.do('wrap', () => 'wrapped')
      })
      await step.do('ship', () => 'shipped')
    }
  }
  const engine: Step = {
    ...stepOf(),
    do: (_name: string, ...args: unknown[]) =>
      context.with(ROOT_CONTEXT, async () => (args.at(-1) as Callback)()),
  }
  await new (instrumentWorkflow(Packing, options))(newCtx(), {}).run(eventOf('within'), engine)
  const spans = Object.fromEntries(seen().map((span) => [span.name, span]))
  const runSpan = spans['run shipping']
  expect(packing?.traceId).toBe(runSpan?.traceId)
  expect(packing?.spanId).not.toBe(runSpan?.spanId)
  expect(spans['do wrap']?.parentId).toBe(packing?.spanId)
  expect(spans['do ship']?.parentId).toBe(runSpan?.spanId)
})

const SECRET = 'known to the tests only'
const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`

const runSealed = async (
  payload: unknown,
  propagate: boolean,
  { secret = SECRET } = {},
): Promise<{ seen: ReturnType<ReturnType<typeof recorded>['seen']>; payload: unknown }> => {
  const { options, seen } = recorded()
  const Instrumented = instrumentWorkflow(Shipping, options, { propagate })
  const result = await new Instrumented(newCtx(), { HONO_OBSERVABILITY_SECRET: secret }).run(
    eventOf('c', payload),
    stepOf(),
  )
  return { seen: seen(), payload: (result as unknown[])[0] }
}

it('with `propagate`, continues the trace that came with the parameters, and shows them as they were', async () => {
  const order = { order: 7, 'hono-observability:context': 'of the user', last: [1] }
  for (const params of [{ order: 7 }, order]) {
    const { seen, payload } = await runSealed(
      sealedWith(SECRET, 'workflow', traceparent, params),
      true,
    )
    expect(JSON.stringify(payload)).toBe(JSON.stringify(params))
    expect(seen.every(({ traceId }) => traceId === '1'.repeat(32))).toBe(true)
    expect(seen.at(-1)?.parentId).toBe('2'.repeat(16))
  }
})

it.each([
  ['not asked for', sealedWith(SECRET, 'workflow', traceparent, { order: 7 }), false],
  ['of another secret', sealedWith('of somebody else', 'workflow', traceparent, { a: 1 }), true],
  ['made for a queue', sealedWith(SECRET, 'queue', traceparent, { order: 7 }), true],
  ['changed', { ...sealedWith(SECRET, 'workflow', traceparent, { order: 7 }), order: 8 }, true],
  [
    'of an older version',
    { 'hono-observability:context': { traceparent }, value: { order: 7 } },
    true,
  ],
])('parameters whose seal is %s are the user’s, untouched', async (_name, params, propagate) => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { seen, payload } = await runSealed(params, propagate)
  expect(payload).toBe(params)
  expect(seen.some(({ traceId }) => traceId === '1'.repeat(32))).toBe(false)
})

it('accepts the secrets before the present one, and none without any', async () => {
  const sealed = sealedWith(SECRET, 'workflow', traceparent, { order: 7 })
  const after = await runSealed(sealed, true, { secret: `the one after it, ${SECRET}` })
  expect(after.payload).toEqual({ order: 7 })
  const without = await runSealed(sealed, true, { secret: '' })
  expect(without.payload).toBe(sealed)
})

it('makes no span of a run that the engine has stopped', async () => {
  const { options, names } = recorded()
  const Instrumented = instrumentWorkflow(Shipping, options)
  const stopped: Step = {
    ...stepOf(),
    sleep: async () => {
      throw new Error('Aborting engine: User called pause')
    },
  }
  await expect(run(Instrumented, eventOf('d'), stopped)).rejects.toThrow('Aborting engine')
  expect(names()).toEqual(['do pack'])
})

it('takes the same decision of a sampler at every replay', async () => {
  const { options, names } = recorded({ traces: { sampler: 'traceidratio', ratio: 0.5 } })
  const Instrumented = instrumentWorkflow(Shipping, options)
  const counts = new Set<number>()
  for (let instance = 0; instance < 20; instance++) {
    const decisions = new Set<boolean>()
    for (let replay = 0; replay < 3; replay++) {
      await run(Instrumented, eventOf(`sampled ${instance}`), stepOf())
      const count = names().length
      counts.add(count)
      decisions.add(count > 0)
    }
    expect(decisions.size).toBe(1)
  }
  expect([...counts].sort()).toEqual([0, 3])
})

it('has an active span in a step, and the run as context outside of steps', async () => {
  const { options, seen } = recorded()
  const active: (string | undefined)[] = []
  const note = () => void active.push(trace.getActiveSpan()?.spanContext().spanId)
  const Instrumented = instrumentWorkflow(
    class Noting extends Base {
      async run(_event: Event, step: Step): Promise<void> {
        note()
        await step.do('note', note)
        note()
      }
    },
    options,
  )
  await new Instrumented(newCtx(), {}).run(eventOf('e'), stepOf())
  const [step, whole] = seen()
  expect(active).toEqual([whole?.spanId, step?.spanId, whole?.spanId])
})

it('records the id of the instance only when asked', async () => {
  const recording = (instanceId: boolean) => {
    const attributes: unknown[] = []
    const { options } = recorded()
    const Instrumented = instrumentWorkflow(
      Shipping,
      {
        ...options,
        traces: {
          processors: [
            {
              onStart: () => {},
              onEnd: (span) => void attributes.push(span.attributes),
              forceFlush: async () => {},
              shutdown: async () => {},
            },
          ],
        },
      },
      { instanceId },
    )
    return run(Instrumented, eventOf('user 7'), stepOf()).then(() => JSON.stringify(attributes))
  }
  expect(await recording(false)).not.toContain('user 7')
  expect(await recording(true)).toContain('"cloudflare.workflow.instance.id":"user 7"')
})

it('ends as the run does when what it leaves behind cannot be waited for', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const Class = instrumentWorkflow(Shipping, recorded({ otlp: { metrics: false } }).options)
  const waitUntil = (): never => {
    throw new Error('too late')
  }
  const instance = new Class({ waitUntil }, {})
  expect(await instance.run(eventOf('late', 'kept'), stepOf())).toEqual(['kept', 'shipped'])
  expect(warn).toHaveBeenCalledOnce()
  warn.mockRestore()
})

it('measures runs and executions of steps, with what they failed by', async () => {
  // The first meter provider stays, and is that of another test.
  metrics.disable()
  const { options } = recorded({
    metrics: { temporality: 'cumulative' },
    otlp: { traces: false, fetch: async () => Response.json({}) },
  })
  const Class = instrumentWorkflow(
    class Flaky extends Base {
      async run(event: Event, step: Step): Promise<void> {
        await step.do('pack', () => {
          if (event.payload === 'flake') throw new RangeError('no labels')
        })
        if (event.payload === 'stop') throw new Error('Aborting engine: User called pause')
      }
    },
    options,
  )
  const runOf = (payload: string) => {
    const event = { ...eventOf(payload, payload), timestamp: new Date(Date.now() - 90_000) }
    return new Class(newCtx(), {}).run(event, stepOf())
  }
  await runOf('well')
  await expect(runOf('flake')).rejects.toThrow('no labels')
  await expect(runOf('stop')).rejects.toThrow('Aborting engine')

  const measured = (await collectMetrics(options)).flatMap((one) => one.metrics)
  const points = (part: string) =>
    measured
      .filter(({ name }) => name === `hono.workflow.${part}.duration`)
      .flatMap(
        (metric) =>
          metric.points as unknown as { attributes: object; count: number; sum: number }[],
      )
  const workflow = { 'cloudflare.workflow.name': 'shipping' }
  const runs = points('run')
  expect(runs.map(({ attributes, count }) => [attributes, count])).toEqual([
    [workflow, 1],
    [{ ...workflow, 'error.type': 'RangeError' }, 1],
  ])
  // From when the instance was created.
  expect(runs[0]?.sum).toBeGreaterThanOrEqual(90)
  expect(runs[0]?.sum).toBeLessThan(100)
  const step = { ...workflow, 'cloudflare.workflow.step.name': 'pack' }
  expect(points('step').map(({ attributes, count }) => [attributes, count])).toEqual([
    [step, 2],
    [{ ...step, 'error.type': 'RangeError' }, 1],
  ])
})
