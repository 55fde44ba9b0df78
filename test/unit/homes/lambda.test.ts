import { handle, streamHandle } from 'hono/aws-lambda'
import { handle as handleEdge } from 'hono/lambda-edge'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { xraySegment } from '../../../src/handlers/lambda/xray.ts'
import {
  ARN,
  type Asked,
  apiGatewayV1,
  apiGatewayV2,
  functionUrl,
  lambdaContext,
  loadBalancer,
  VARIABLES,
  viewerRequest,
} from './lambda-events.ts'
import { awslambda, callStreaming, isStreaming } from './lambda-streaming.ts'
import { isWhole, setUp, WHOLE } from './support.ts'

type Handler = (event: unknown, context?: unknown, callback?: unknown) => Promise<unknown>

let world: Awaited<ReturnType<typeof setUp>>

beforeEach(async () => {
  for (const [name, value] of Object.entries(VARIABLES)) {
    vi.stubEnv(name, value)
  }
  vi.stubGlobal('awslambda', awslambda)
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  world = await setUp()
})
afterEach(async () => {
  await world.shutdown({ timeoutMs: 50 })
  vi.useRealTimers()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  for (const event of ['SIGTERM', 'SIGINT', 'beforeExit']) {
    process.removeAllListeners(event)
  }
})

const EVENTS: readonly [string, (asked: Asked) => unknown, (app: never) => unknown][] = [
  ['API Gateway, payload 1.0', apiGatewayV1, handle as never],
  ['API Gateway, payload 2.0', apiGatewayV2, handle as never],
  ['a function URL', functionUrl, handle as never],
  ['a load balancer', loadBalancer, handle as never],
  ['CloudFront, at the edge', viewerRequest, handleEdge as never],
]

const ASKED: Asked[] = [
  { path: '/orders/7', query: 'a=1&b=%20' },
  { path: '/echo', method: 'POST', body: 'grüße', headers: { 'content-type': 'text/plain' } },
  { path: '/cookies' },
  { path: '/bytes' },
  { path: '/empty' },
  { path: '/events' },
  { path: '/broken' },
  { path: '/nowhere' },
]

describe.each(EVENTS)('%s', (_, eventOf, adapt) => {
  const handler = () => world.instrumentLambda(adapt(world.app as never) as never) as Handler

  it('a request is a span, a metric and a line when its handler is over', async () => {
    await handler()(eventOf({ path: '/orders/7' }), lambdaContext())
    expect(isWhole(world.received)).toEqual(WHOLE)
  })

  it('each of many requests in a row leaves with itself', async () => {
    const run = handler()
    for (let i = 1; i <= 5; i++) {
      await run(eventOf({ path: '/orders/7' }), lambdaContext())
      expect(world.received.spans).toHaveLength(i)
      expect(world.received.durations.reduce((sum, { count }) => sum + count, 0)).toBe(i)
      expect(world.received.lines).toHaveLength(i)
    }
  })

  it.each(ASKED)('the answer to $path is what it is without us', async (asked) => {
    const bare = adapt(world.bare as never) as Handler
    const expected = await bare(eventOf(asked), lambdaContext())
    const found = await handler()(eventOf(asked), lambdaContext())
    expect(JSON.stringify(found)).toBe(JSON.stringify(expected))
    expect(world.received.spans).toHaveLength(1)
  })
})

describe('the span of an invocation', () => {
  const spanOf = async (settings: object, more: object = {}, headers = {}) => {
    const run = world.instrumentLambda(handle(world.app), settings) as Handler
    await run(apiGatewayV2({ path: '/orders/7', headers }), lambdaContext(more))
    await run(apiGatewayV2({ path: '/orders/7', headers }), lambdaContext(more))
    return world.received.spans
  }

  it('is not what its event says of itself, whose writer may be anybody', async () => {
    const forged = {
      ...(apiGatewayV2({ path: '/orders/7' }) as object),
      awsRequestId: 'forged',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:0:function:forged',
      getRemainingTimeInMillis: () => 0,
    }
    const run = world.instrumentLambda(handle(world.app)) as Handler
    await run(forged, lambdaContext())
    const [span] = world.received.spans
    expect(span?.attributes).toMatchObject({
      'faas.invocation_id': 'c6af9ac6-7b61-11e6-9a41-93e812345678',
      'aws.lambda.invoked_arn': ARN,
    })
    expect(JSON.stringify(world.received)).not.toContain('forged')
  })

  it('says which it is, of which function, and whether the process is new', async () => {
    const [first, second] = await spanOf({})
    expect(first?.attributes).toMatchObject({
      'faas.trigger': 'http',
      'faas.invocation_id': 'c6af9ac6-7b61-11e6-9a41-93e812345678',
      'faas.coldstart': true,
      'aws.lambda.invoked_arn': ARN,
      'cloud.resource_id': ARN,
      'cloud.account.id': '123456789012',
      'http.route': '/orders/:id',
    })
    expect(second?.attributes).not.toHaveProperty('faas.coldstart')
    expect(first?.resource).toMatchObject({
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_lambda',
      'cloud.region': 'eu-west-1',
      'faas.name': 'shop',
      'faas.version': '7',
      'faas.instance': '2026/11/30/[7]aa',
      'faas.max_memory': 268_435_456,
      'aws.log.group.names': ['/aws/lambda/shop'],
      'aws.log.stream.names': ['2026/11/30/[7]aa'],
    })
  })

  it('says that the process is new once, however many apps it has', async () => {
    const [first] = await spanOf({})
    expect(first?.attributes).toHaveProperty('faas.coldstart', true)
    const other = world.another()
    const run = world.instrumentLambda(handle(other)) as Handler
    await run(apiGatewayV2({ path: '/orders/7' }), lambdaContext())
    expect(world.received.spans.length).toBe(3)
    expect(world.received.spans[2]?.attributes).not.toHaveProperty('faas.coldstart')
  })

  it('names the version instead of the alias that it was invoked by', async () => {
    const [span] = await spanOf({}, { invokedFunctionArn: `${ARN}:live` })
    expect(span?.attributes).toMatchObject({
      'aws.lambda.invoked_arn': `${ARN}:live`,
      'cloud.resource_id': `${ARN}:7`,
    })
  })

  const SEGMENT = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'
  const TRACE = '5759e988bd862e3fe1be46a994272793'

  it('has nothing of X-Ray unless it is asked for', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', SEGMENT)
    const [span] = await spanOf({})
    expect(span?.traceId).not.toBe(TRACE)
    expect(span?.links ?? []).toEqual([])
  })

  it('goes on in the trace of X-Ray, or has a link to it', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', SEGMENT)
    const [child] = await spanOf({ xray: 'parent' })
    expect(child).toMatchObject({ traceId: TRACE, parentSpanId: '53995c3f42cd8ad8' })
    world.received.bodies.length = 0
    const [linked] = await spanOf({ xray: 'link' })
    expect(linked?.traceId).not.toBe(TRACE)
    expect(linked?.links).toMatchObject([
      { traceId: TRACE, spanId: '53995c3f42cd8ad8', attributes: { source: 'x-ray-env' } },
    ])
  })

  it('goes on in the caller’s trace where there is one', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', SEGMENT)
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const [span] = await spanOf(
      { xray: 'parent' },
      {},
      { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    )
    expect(span).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' })
  })

  it.each([
    'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1',
    'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f;Sampled=1',
    'Root=2-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
    `Root=${'1'.repeat(600)};Parent=53995c3f42cd8ad8`,
    ';;==;',
  ])('has no parent of what is no segment: %.40s', async (text) => {
    vi.stubEnv('_X_AMZN_TRACE_ID', text)
    expect(xraySegment()).toBeUndefined()
    const [span] = await spanOf({ xray: 'parent' })
    expect(span?.parentSpanId ?? '').toBe('')
    world.received.bodies.length = 0
    const [linked] = await spanOf({ xray: 'link' })
    expect(linked?.links ?? []).toEqual([])
  })
})

describe('a handler that streams', () => {
  const make = () => world.instrumentLambda(streamHandle(world.app) as never) as object
  const ask = (handler: object, path: string) =>
    callStreaming(handler, apiGatewayV2({ path }), lambdaContext())

  it.each(ASKED)(
    'sends $path as without us, and has sent its telemetry when it is over',
    async ({ path }) => {
      const handler = make()
      expect(isStreaming(handler)).toBe(true)
      const expected = await ask(streamHandle(world.bare) as never, path)
      const found = await ask(handler, path)
      expect(found.bytes).toBe(expected.bytes)
      expect(world.received.spans).toHaveLength(1)
      expect(world.received.lines[0]).toMatch(/^GET .*\d{3}$/)
    },
  )

  it('has ended its stream before telemetry is waited for, and a span that is as long as it', async () => {
    world.received.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return Response.json({})
    }
    const { endedMs, overMs } = await ask(make(), '/events')
    expect(overMs - endedMs).toBeGreaterThan(90)
    const [span] = world.received.spans
    const nanos = Number(BigInt(span?.endTimeUnixNano ?? 0) - BigInt(span?.startTimeUnixNano ?? 0))
    expect(nanos / 1e6).toBeGreaterThan(10)
    expect(span?.attributes['faas.invocation_id']).toBeDefined()
  })
})

describe('a receiver that does not answer', () => {
  it('is waited for as long as was said, and not again at once; nothing is lost', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
    const { received } = world
    received.answer = (signal) =>
      new Promise((_, refuse) => signal?.addEventListener('abort', () => refuse(signal.reason)))
    const run = world.instrumentLambda(handle(world.app), { timeoutMs: 300 }) as Handler
    const event = apiGatewayV2({ path: '/orders/7' })
    let isOver = false
    const first = run(event, lambdaContext()).then((result) => {
      isOver = true
      return result
    })
    await vi.advanceTimersByTimeAsync(299)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await first).toMatchObject({ statusCode: 200 })
    const asked = received.asked
    expect(await run(event, lambdaContext())).toMatchObject({ statusCode: 200 })
    expect(received.asked).toBe(asked)
    received.answer = () => Response.json({})
    await vi.advanceTimersByTimeAsync(60_000)
    await run(event, lambdaContext())
    expect(received.spans).toHaveLength(3)
  })

  it('is waited for no longer than the invocation may take', async () => {
    world.received.answer = () => new Promise<Response>(() => {})
    const run = world.instrumentLambda(handle(world.app), { timeoutMs: 60_000 }) as Handler
    const context = lambdaContext({ getRemainingTimeInMillis: () => 150 })
    expect(await run(apiGatewayV2({ path: '/orders/7' }), context)).toMatchObject({
      statusCode: 200,
    })
    const late = lambdaContext({ getRemainingTimeInMillis: () => 50 })
    expect(await run(apiGatewayV2({ path: '/orders/7' }), late)).toMatchObject({ statusCode: 200 })
  })
})

describe('whatever the handler is', () => {
  it('a receiver that takes its time has everything, also when the handler goes on after its request', async () => {
    // Nothing that is sent at the end alone, and would be waited for.
    world = await setUp({ metrics: false })
    world.received.answer = () =>
      new Promise((resolve) => setTimeout(() => resolve(Response.json({})), 60))
    const inner = handle(world.app)
    const run = world.instrumentLambda(async (event: unknown, context: unknown) => {
      const result = await inner(event as never, context as never)
      await new Promise((resolve) => setTimeout(resolve, 20))
      return result
    }) as Handler
    for (let i = 1; i <= 3; i++) {
      await run(apiGatewayV2({ path: '/orders/7' }), lambdaContext())
      expect(world.received.spans).toHaveLength(i)
      expect(world.received.lines).toHaveLength(i)
    }
  })

  it('what it throws is thrown when telemetry has left', async () => {
    const fault = new Error('no request')
    const run = world.instrumentLambda(async (event: unknown, context: unknown) => {
      await handle(world.app)(event as never, context as never)
      throw fault
    }) as Handler
    await expect(run(apiGatewayV2({ path: '/orders/7' }), lambdaContext())).rejects.toBe(fault)
    expect(world.received.spans).toHaveLength(1)
  })

  it('a callback is called with what it was called with, when telemetry has left', async () => {
    const run = world.instrumentLambda(
      (event: unknown, context: unknown, callback: (error: unknown, result?: unknown) => void) => {
        handle(world.app)(event as never, context as never).then((result) => callback(null, result))
      },
    )
    expect(run).toHaveLength(3)
    const [error, result, spans] = await new Promise<unknown[]>((resolve) => {
      run(apiGatewayV2({ path: '/orders/7' }), lambdaContext(), (...args) =>
        resolve([...args, world.received.spans.length]),
      )
    })
    expect(error).toBeNull()
    expect(result).toMatchObject({ statusCode: 200 })
    expect(spans).toBe(1)
  })

  it('an app at the edge that answers by the callback is answered once it has left', async () => {
    world.app.get('/moved', (c) => {
      const { callback } = c.env as { callback(error: null, result: unknown): void }
      callback(null, { status: '302' })
      return c.text('unused')
    })
    const seen: unknown[] = []
    const run = world.instrumentLambda(handleEdge(world.app) as never) as Handler
    const result = await run(
      viewerRequest({ path: '/moved' }),
      lambdaContext(),
      (...args: unknown[]) => seen.push(args),
    )
    expect(result).toEqual({ status: '302' })
    await vi.waitFor(() => expect(seen).toEqual([[null, { status: '302' }]]))
    expect(world.received.spans).toHaveLength(1)
  })

  it('an event of no request leaves what its handler recorded', async () => {
    const { log } = await import('../../../src/index.ts')
    await (world.instrumentLambda(handle(world.app)) as Handler)(
      apiGatewayV2({ path: '/orders/7' }),
      lambdaContext(),
    )
    const run = world.instrumentLambda(async (event: { Records: unknown[] }) => {
      log.info('messages', { count: event.Records.length })
      return { batchItemFailures: [] }
    })
    expect(await run({ Records: [{}, {}] })).toEqual({ batchItemFailures: [] })
    expect(world.received.lines).toContain('messages')
  })

  it('what is no function, and a setting that is none, are refused', () => {
    const { instrumentLambda } = world
    const refused = (...args: unknown[]) =>
      expect(() => (instrumentLambda as Handler)(...(args as [unknown])))
    const prefix = 'Cannot instrument a Lambda: '
    refused({}).toThrow(new TypeError(`${prefix}\`handler\` must be a function, received object`))
    refused(() => {}, { timeoutMs: -1 }).toThrow(/`timeoutMs` must be a whole number from 0/)
    refused(() => {}, { xray: 'yes' }).toThrow(
      new TypeError(`${prefix}\`xray\` must be \`parent\`, \`link\` or false, received "yes"`),
    )
  })
})
