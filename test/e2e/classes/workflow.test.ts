import { expect, it } from 'vitest'
import { checkSpans } from '../../support/span-checks.ts'
import { spanNamed, treeOf, useClassesWorker } from './harness.ts'

const ERROR = 2
const CREATE = 'POST /shipping/:id'
const RUN = 'run class-shipping'

const harness = useClassesWorker()
const create = (id: string, after: string) =>
  harness.call(`POST /shipping/${id}`, { orderId: 'order', after })

interface Workflows {
  SHIPPING: { create(options: object): Promise<unknown> }
}

it('is in the trace of who created it, with a span for each execution of a step', async () => {
  await create('flaky', 'flake')
  const spans = await harness.spans(CREATE, RUN)
  expect(treeOf(spans, CREATE)).toEqual([
    `${CREATE} (server)`,
    '  create SHIPPING (client)',
    `    ${RUN} (consumer)`,
    '      do pack (internal)',
    '      do label (internal)',
    '      do label (internal)',
    '      do ship (internal)',
    '        ROOM/hello (client)',
    '          RoomObject/hello (server)',
  ])
  expect(checkSpans(spans)).toEqual([])
  expect(spans.filter(({ name }) => name === 'do label')).toMatchObject([
    {
      status: { code: ERROR, message: 'no labels' },
      attributes: {
        'cloudflare.workflow.step.name': 'label',
        'cloudflare.workflow.step.count': 1,
        'cloudflare.workflow.step.attempt': 1,
        'error.type': 'RangeError',
      },
    },
    { status: { code: 0 }, attributes: { 'cloudflare.workflow.step.attempt': 2 } },
  ])
  expect(spanNamed(spans, RUN).attributes).toEqual({ 'cloudflare.workflow.name': 'class-shipping' })
  expect(await harness.call('GET /shipping/flaky')).toMatchObject({
    status: 'complete',
    // The Workflow sees what it was given, and no more.
    output: { keys: ['orderId', 'after'], parcels: 2 },
  })
})

it('is measured, and each execution of a step, with what it failed by', async () => {
  await create('measured', 'flake')
  await harness.spans(CREATE, RUN)
  const workflow = { 'cloudflare.workflow.name': 'class-shipping' }
  expect(await harness.points('hono.workflow.run.duration')).toMatchObject([
    { attributes: workflow, count: 1 },
  ])
  const steps = await harness.points('hono.workflow.step.duration')
  const failed = steps.filter(({ attributes }) => 'error.type' in attributes)
  expect(failed).toMatchObject([
    {
      attributes: {
        ...workflow,
        'cloudflare.workflow.step.name': 'label',
        'error.type': 'RangeError',
      },
      count: 1,
    },
  ])
})

it('that gets no parameters sees what the platform gives for none', async () => {
  await harness.call('POST /shipping/bare')
  await harness.spans(RUN)
  expect(await harness.call('GET /shipping/bare')).toEqual({
    status: 'complete',
    output: { keys: [], parcels: 2 },
  })
})

it('that fails has a run that is an ERROR', async () => {
  await create('heavy', 'fail')
  const spans = await harness.spans(CREATE, RUN)
  expect(spanNamed(spans, 'do weigh')).toMatchObject({
    status: { code: ERROR, message: 'too heavy' },
    attributes: { 'error.type': 'NonRetryableError' },
  })
  expect(spanNamed(spans, RUN).status.code).toBe(ERROR)
  expect(spans.filter(({ name }) => name === 'do weigh')).toHaveLength(1)
})

it('is one trace over the loss of its isolate, and repeats neither steps nor run', async () => {
  await create('patient', 'wait')
  const before = await harness.spans('do pack', CREATE)
  await harness.worker.restart()
  await harness.call('POST /shipping/patient/signed')
  const after = await harness.spans(RUN)
  const spans = [...before, ...after]
  const { traceId } = spanNamed(spans, 'do pack')
  const own = spans.filter((span) => span.traceId === traceId)
  expect(treeOf(own, CREATE).slice(0, 5)).toEqual([
    `${CREATE} (server)`,
    '  create SHIPPING (client)',
    `    ${RUN} (consumer)`,
    '      do pack (internal)',
    '      do ship (internal)',
  ])
  expect(checkSpans(own)).toEqual([])
  const run = spanNamed(own, RUN)
  expect(run.events).toMatchObject([
    {
      name: 'cloudflare.workflow.waitForEvent',
      attributes: { 'cloudflare.workflow.step.name': 'signature' },
    },
  ])
  expect(run.startTimeUnixNano).toBeLessThanOrEqual(spanNamed(own, 'do pack').startTimeUnixNano)
})

it('that is paused has not ended', async () => {
  await create('paused', 'wait')
  const before = await harness.spans('do pack', CREATE)
  await harness.call('POST /shipping/paused/pause')
  const during = await harness.spans('pause SHIPPING')
  expect(during.map(({ name }) => name)).not.toContain(RUN)
  await harness.call('POST /shipping/paused/resume')
  await harness.call('POST /shipping/paused/signed')
  const after = await harness.spans(RUN)
  expect(after.filter(({ name }) => name === RUN)).toMatchObject([
    { status: { code: 0 }, traceId: spanNamed(before, 'do pack').traceId },
  ])
})

it('derives its trace from the instance when nobody hands one over', async () => {
  harness.sink.clear()
  const { SHIPPING } = await harness.worker.env<Workflows>()
  await SHIPPING.create({ id: 'orphan', params: { orderId: 'order', after: 'sleep' } })
  const spans = await harness.spans(RUN)
  const run = spanNamed(spans, RUN)
  const digest = await crypto.subtle.digest(
    'SHA-256',
    new TextEncoder().encode('class-shipping/orphan'),
  )
  const hex = Buffer.from(digest).toString('hex')
  expect(run).toMatchObject({
    traceId: hex.slice(0, 32),
    spanId: hex.slice(32, 48),
    parentSpanId: '',
    events: [{ name: 'cloudflare.workflow.sleep' }],
  })
  expect(treeOf(spans, RUN).slice(0, 3)).toEqual([
    `${RUN} (consumer)`,
    '  do pack (internal)',
    '  do ship (internal)',
  ])
  // Slept, and seen as such.
  expect(Number(run.endTimeUnixNano - run.startTimeUnixNano) / 1e6).toBeGreaterThan(1400)
})
