import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Harness, type Span, startHarness } from './harness.ts'

const KEY = 'hono-observability:context'

let harness: Harness

beforeAll(async () => {
  harness = await startHarness()
})

afterAll(async () => {
  await harness?.worker.stop()
})

const run = async (name: string): Promise<{ value: unknown; spans: Span[] }> => {
  await harness.spans()
  const value = await harness.call(`/carried/${name}`)
  return { value, spans: await harness.spans() }
}

/** The context that names this span as the parent. */
const contextOf = (span: Span | undefined): object => ({
  [KEY]: { traceparent: `00-${span?.traceId}-${span?.spanId}-03` },
})

const named = (spans: Span[], name: string): Span[] => spans.filter((span) => span.name === name)

it('an RPC method gets the context as its last argument', async () => {
  const { value, spans } = await run('rpc')
  const [first, second] = named(spans, 'ROOM/received')
  expect(value).toEqual([
    [contextOf(first)],
    ['a', { b: 1 }, contextOf(second)],
    ['c', contextOf(named(spans, 'SERVICE/received')[0])],
  ])
})

it('methods of what it returns do not, pipelined ones neither', async () => {
  expect((await run('notTheirs')).value).toEqual([['pipelined'], ['returned']])
})

it('the parameters of a Workflow are put together with it, the caller’s object stays', async () => {
  const { value, spans } = await run('workflow')
  const [first, second] = named(spans, 'create FLOW')
  expect(value).toEqual({
    output: { ...contextOf(first), value: { order: 7 } },
    without: contextOf(second),
    options: { params: { order: 7 } },
  })
  const batch = await run('workflowBatch')
  const [created] = named(batch.spans, 'createBatch FLOW')
  expect(batch.value).toEqual({
    outputs: ['a', 'b'].map((params) => ({ ...contextOf(created), value: params })),
    batch: [{ params: 'a' }, { params: 'b' }],
  })
})

it('so are messages, but text and bytes', async () => {
  const { value, spans } = await run('queue')
  expect(value).toEqual({
    body: { order: 7 },
    batch: [['body'], ...Array(3).fill(['body', 'contentType'])],
  })
  const [send] = named(spans, 'send CARRIED')
  const [batch, generated] = named(spans, 'sendBatch CARRIED')
  await expect
    .poll(async () => (await harness.call('/consumed')) as unknown[], { timeout: 20_000 })
    .toHaveLength(7)
  const consumed = (await harness.call('/consumed')) as unknown[]
  expect(consumed.map((body) => JSON.stringify(body)).toSorted()).toEqual(
    [
      { ...contextOf(send), value: { order: 7 } },
      'plain',
      { ...contextOf(batch), value: 'json' },
      { ...contextOf(batch), value: { map: [['v8', 1]] } },
      'text',
      'bytes',
      { ...contextOf(generated), value: 'generated' },
    ]
      .map((body) => JSON.stringify(body))
      .toSorted(),
  )
})

it('what is no message, or no list of them, is refused as without it', async () => {
  const refusals = (await harness.call('/uncarried/queueRefuses')) as unknown[]
  expect(refusals).toHaveLength(4)
  expect((await run('queueRefuses')).value).toEqual(refusals)
})
