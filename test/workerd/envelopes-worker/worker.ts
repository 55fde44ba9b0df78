import { DurableObject, WorkerEntrypoint, WorkflowEntrypoint } from 'cloudflare:workers'
import { Hono } from 'hono'
import {
  instrument,
  instrumentDurableObject,
  instrumentEntrypoint,
  instrumentWorkflow,
  type ObservabilityOptions,
  observability,
  type ReadableSpan,
} from 'hono-observability'
import { bindings, rawEnv } from 'hono-observability/bindings'

interface Stub {
  echo(...args: unknown[]): Promise<unknown>
}

interface Env {
  [namespace: `ROOM_${string}`]: { getByName(name: string): Stub }
  [service: `SERVICE_${string}`]: Stub
  [queue: `QUEUE_${string}`]: {
    send(body: unknown): Promise<void>
    sendBatch(messages: { body: unknown }[]): Promise<void>
  }
  [workflow: `FLOW_${string}`]: {
    create(creation: { params: unknown }): Promise<Instance>
    createBatch(batch: { params: unknown }[]): Promise<Instance[]>
  }
}

interface Instance {
  status(): Promise<{ status: string; output?: unknown }>
}

/** What is left of arguments and payloads as JSON: as text, so that not even the order of keys is lost. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, each) => (typeof each === 'function' ? 'function' : each))

class RoomObject extends DurableObject {
  async echo(...args: unknown[]): Promise<string> {
    return textOf(args)
  }
}

class ServiceEntrypoint extends WorkerEntrypoint {
  async echo(...args: unknown[]): Promise<string> {
    return textOf(args)
  }
}

class FlowEntrypoint extends WorkflowEntrypoint {
  override async run({ payload }: { payload: unknown }): Promise<string> {
    return textOf(payload)
  }
}

const ended: { name: string; traceId: string; parentId: string | undefined }[] = []

const options: ObservabilityOptions = {
  service: { name: 'envelopes' },
  logs: false,
  http: { trustInbound: false },
  otlp: { metrics: false, fetch: async () => Response.json({}) },
  traces: {
    processors: [
      {
        onStart: () => {},
        onEnd: (span: ReadableSpan) =>
          void ended.push({
            name: span.name,
            traceId: span.spanContext().traceId,
            parentId: span.parentSpanContext?.spanId,
          }),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  },
}

export const AskedRoom = instrumentDurableObject(RoomObject, options, { propagate: true })
export const UnaskedRoom = instrumentDurableObject(RoomObject, options)
export const AskedService = instrumentEntrypoint(ServiceEntrypoint, options, { propagate: true })
export const UnaskedService = instrumentEntrypoint(ServiceEntrypoint, options)
export const AskedFlow = instrumentWorkflow(FlowEntrypoint, options, { propagate: true })
export const UnaskedFlow = instrumentWorkflow(FlowEntrypoint, options)

const sending = bindings({
  propagate: ['ROOM', 'SERVICE', 'QUEUE', 'FLOW'].flatMap((kind) => [
    `${kind}_asked`,
    `${kind}_unasked`,
  ]),
})
const silent = bindings()

const consumed: Record<string, string[]> = { asked: [], unasked: [] }

const outputOf = async (instance: Instance): Promise<unknown> => {
  for (;;) {
    const { status, output } = await instance.status()
    if (status === 'complete') {
      return output
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const app = new Hono<{ Bindings: Env }>()
app.get('/spans', (c) => c.json(ended.splice(0)))
app.get('/consumed/:receiver', (c) => c.json(consumed[c.req.param('receiver')]?.splice(0)))
app.use(observability(options))
/** Sends values that a client made: by whom, by which channel, and to whom. Answers with what arrives, if it can. */
app.post('/send/:sender/:channel/:receiver', async (c) => {
  const { sender, channel, receiver } = c.req.param()
  const raw = rawEnv(c.env)
  const env = sender === 'asked' ? sending.wrap(raw) : sender === 'raw' ? raw : silent.wrap(raw)
  const values = await c.req.json<unknown[]>()
  switch (channel) {
    case 'object': {
      const stub = env[`ROOM_${receiver}`]?.getByName('a')
      return c.json(await Promise.all(values.map((value) => stub?.echo(value))))
    }
    case 'service':
      return c.json(
        await Promise.all(values.map((value) => env[`SERVICE_${receiver}`]?.echo(value))),
      )
    case 'queue':
      for (const value of values) {
        await env[`QUEUE_${receiver}`]?.send(value)
      }
      return c.json([])
    case 'batch':
      await env[`QUEUE_${receiver}`]?.sendBatch(values.map((body) => ({ body })))
      return c.json([])
    default: {
      const batch = values.map((params) => ({ params }))
      const instances = (await env[`FLOW_${receiver}`]?.createBatch(batch)) ?? []
      return c.json(await Promise.all(instances.map(outputOf)))
    }
  }
})

export default instrument(
  {
    fetch: app.fetch,
    queue(batch: { queue: string; messages: { body: unknown }[] }) {
      consumed[batch.queue]?.push(...batch.messages.map(({ body }) => textOf(body)))
    },
  },
  options,
  { propagate: ['asked'] },
)
