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

const named = (spans: Span[], name: string): Span[] => spans.filter((span) => span.name === name)

/** What a context looks like that names this span as the parent, as {@link shown} by the other end. */
const contextOf = (span: Span | undefined): object => ({
  [KEY]: { map: [['traceparent', `00-${span?.traceId}-${span?.spanId}-03`]] },
  'hono-observability:writer': 'function',
})

/** The object with the context that names this span in it. */
const withContextOf = (span: Span | undefined, value: object): object => ({
  ...value,
  [KEY]: {
    carrier: { traceparent: `00-${span?.traceId}-${span?.spanId}-03` },
    mac: expect.stringMatching(/^[0-9a-f]{64}$/),
  },
})

it('an RPC method gets the context as its last argument', async () => {
  const { value, spans } = await run('rpc')
  const [first, second] = named(spans, 'ROOM/shown')
  expect(value).toEqual([
    [contextOf(first)],
    ['a', { b: 1 }, contextOf(second)],
    ['c', contextOf(named(spans, 'SERVICE/shown')[0])],
  ])
})

it('methods of what it returns do not, pipelined ones neither', async () => {
  expect((await run('notTheirs')).value).toEqual([['pipelined'], ['returned']])
})

it('the context is one more property of a Workflow’s parameters, the caller’s object stays', async () => {
  const { value, spans } = await run('workflow')
  const [first] = named(spans, 'create FLOW')
  expect(value).toEqual({
    output: withContextOf(first, { order: 7 }),
    without: {},
    options: { params: { order: 7 } },
  })
  const batch = await run('workflowBatch')
  const [created] = named(batch.spans, 'createBatch FLOW')
  expect(batch.value).toEqual({
    outputs: [withContextOf(created, { order: 8 }), 'b'],
    batch: [{ params: { order: 8 } }, { params: 'b' }],
  })
})

it('so it is of messages that are objects, and all others are sent as they are', async () => {
  const { value, spans } = await run('queue')
  expect(value).toEqual({
    body: { order: 7 },
    batch: [['body'], ['body'], ['body', 'contentType'], ['body', 'contentType']],
  })
  const [send] = named(spans, 'send CARRIED')
  const [batch] = named(spans, 'sendBatch CARRIED')
  await expect
    .poll(async () => (await harness.call('/consumed')) as unknown[], { timeout: 20_000 })
    .toHaveLength(9)
  const consumed = (await harness.call('/consumed')) as unknown[]
  expect(consumed).toHaveLength(9)
  for (const body of [
    withContextOf(send, { order: 7 }),
    'plain',
    withContextOf(batch, { json: [null] }),
    'json',
    'text',
    'bytes',
    { map: [['v8', 1]] },
    { own: true },
    { generated: true },
  ]) {
    expect(consumed).toContainEqual(body)
  }
})

it('what is no message, or no list of them, is refused as without it', async () => {
  const refusals = (await harness.call('/uncarried/queueRefuses')) as unknown[]
  expect(refusals).toHaveLength(4)
  expect((await run('queueRefuses')).value).toEqual(refusals)
})
