import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { context, propagation } from '@opentelemetry/api'
import type { ObservabilityOptions } from 'hono-observability'
import type { McpOptions } from 'hono-observability/mcp'
import type { CapturedSpan } from 'hono-observability/testing'
import { describe, expect, it } from 'vitest'
import { call, calling, inRequest, message, ofMethod, soon, Wire, wired } from './support.ts'

const TRACE = 'a'.repeat(32)
const META = { traceparent: `00-${TRACE}-${'b'.repeat(16)}-01`, baggage: 'tenant=evil' }

const baggage = (): unknown => propagation.getBaggage(context.active())?.getEntry('tenant')?.value

type Seen = readonly [span: CapturedSpan, tenant: unknown]

/** A server that the app has called writes to its client, with a trace of its choice. */
const asClient = async (
  mcp?: McpOptions,
  http: ObservabilityOptions['http'] = {},
): Promise<Seen> => {
  let tenant: unknown
  const recorded = await inRequest(
    async () => {
      const { client, wire } = await calling(mcp)
      client.setRequestHandler(CreateMessageRequestSchema, () => {
        tenant = baggage()
        return { model: 'm', role: 'assistant', content: { type: 'text', text: 'x' } }
      })
      // A request that only clients ask, which would be one of ours.
      wire.onmessage?.(message(8, 'initialize', { _meta: META }))
      wire.onmessage?.(
        message(9, 'sampling/createMessage', { messages: [], maxTokens: 1, _meta: META }),
      )
      await soon()
    },
    { http },
  )
  return [ofMethod(recorded, 'sampling/createMessage')[0] as CapturedSpan, tenant]
}

/** A client calls a server. */
const asServer = async (
  mcp?: McpOptions,
  http: ObservabilityOptions['http'] = {},
): Promise<Seen> => {
  let tenant: unknown
  const recorded = await inRequest(
    async () => {
      const { wire } = await wired(mcp, (server) => {
        server.registerTool('t', {}, () => {
          tenant = baggage()
          return { content: [] }
        })
      })
      wire.onmessage?.(call(1, 't', META))
      await soon()
    },
    { http },
  )
  return [ofMethod(recorded, 'tools/call')[0] as CapturedSpan, tenant]
}

describe('what a server writes to the client that called it', () => {
  it.each<[string, ObservabilityOptions['http']]>([
    ['', {}],
    [', though all requests are', { trustInbound: true }],
    [', though the app’s own request is', { trustInbound: () => true }],
    [', though the app’s own origin is', { trustInbound: ['http://shop.test'] }],
  ])('is not believed%s', async (_, http) => {
    const [span, tenant] = await asClient(undefined, http)
    expect(span.traceId).not.toBe(TRACE)
    expect(span.parent).toBe('GET /')
    expect(span.links).toMatchObject([{ traceId: TRACE }])
    expect(tenant).toBeUndefined()
  })

  it('is believed where this client says so', async () => {
    const [span, tenant] = await asClient({ trustInbound: true }, { trustInbound: false })
    expect([span.traceId, tenant]).toEqual([TRACE, 'evil'])
  })
})

describe('what a client writes to a server', () => {
  it('is believed with its trace alone as its HTTP request is', async () => {
    const [span, tenant] = await asServer(undefined, { trustInbound: true })
    expect([span.traceId, tenant]).toEqual([TRACE, undefined])
  })

  it.each<McpOptions>([{ trustInbound: true }, { trustInbound: () => true }])(
    'is believed with its baggage where the server says so',
    async (options) => {
      const [span, tenant] = await asServer(options, { trustInbound: false })
      expect([span.traceId, tenant]).toEqual([TRACE, 'evil'])
    },
  )
})

describe('a client tells its trace', () => {
  class HttpWire extends Wire {
    readonly _url = new URL('https://mcp.test/mcp')
  }

  const told = async (
    wire: Wire,
    propagateTo: readonly string[] | undefined,
    options?: McpOptions,
  ): Promise<boolean> => {
    await inRequest(async () => (await calling(options, wire)).client.close(), {
      traces: { fetch: true, ...(propagateTo && { propagateTo: [...propagateTo] }) },
    })
    expect(wire.sent).toHaveLength(1)
    return JSON.stringify(wire.sent).includes('traceparent')
  }

  it.each<[boolean, Wire, readonly string[] | undefined, McpOptions?]>([
    [true, new HttpWire(), undefined],
    [true, new Wire(), undefined],
    [false, new Wire(), undefined, { propagate: false }],
    [false, new HttpWire(), []],
    [false, new Wire(), []],
    [true, new HttpWire(), ['https://mcp.test']],
    [false, new HttpWire(), ['https://other.test']],
    [false, new Wire(), ['https://mcp.test']],
    [true, new Wire(), [], { propagate: true }],
  ])('%s: to %o, with `propagateTo` %j and options %j', async (expected, wire, to, options) => {
    expect(await told(wire, to, options)).toBe(expected)
  })
})
