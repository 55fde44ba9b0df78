import { type Context, Hono } from 'hono'
import { bindings, rawEnv } from '../../../src/entries/bindings.ts'
import { observability, type ReadableSpan } from '../../../src/index.ts'
import { native as runtimes } from './native.ts'
import { REQUESTS } from './requests.ts'

type Fetch = (...args: unknown[]) => Promise<Response>
interface Env {
  SVC: { fetch: Fetch }
  ROOM: { getByName(name: string): { fetch: Fetch } }
}

/** What became of one request, without us and with us. */
export interface Compared {
  name: string
  bare: string
  ours: string
  /** How many client spans were made of it. */
  spans: number
}

const native = runtimes as Fetch
let spans: ReadableSpan[] = []

export const app = new Hono<{ Bindings: Env }>()
app.use(
  observability({
    service: { name: 'outgoing' },
    logs: false,
    otlp: false,
    bindings: bindings(),
    traces: {
      fetch: true,
      processors: [
        {
          onStart: () => {},
          onEnd: (span: ReadableSpan) => void spans.push(span),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    },
  }),
)

/** The text of the answer, or how it failed. */
const outcomeOf = async (fetch: Fetch, args: unknown[]): Promise<string> => {
  try {
    return await (await fetch(...args)).text()
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

const compare = async (c: Context, bare: Fetch, ours: Fetch): Promise<Response> => {
  const url = c.req.query('url') as string
  const compared: Compared[] = []
  for (const [name, make] of Object.entries(REQUESTS)) {
    const without = await outcomeOf(bare, make(url))
    spans = []
    const withUs = await outcomeOf(ours, make(url))
    compared.push({ name, bare: without, ours: withUs, spans: spans.length })
  }
  return c.json(compared)
}

app.get('/global', (c) => compare(c, native, (...args) => (fetch as Fetch)(...args)))

app.get('/service', (c) => {
  const raw = rawEnv(c.env)
  return compare(
    c,
    (...args) => raw.SVC.fetch(...args),
    (...args) => c.env.SVC.fetch(...args),
  )
})

app.get('/object', (c) => {
  const raw = rawEnv(c.env).ROOM.getByName('bare')
  const ours = c.env.ROOM.getByName('ours')
  return compare(
    c,
    (...args) => raw.fetch(...args),
    (...args) => ours.fetch(...args),
  )
})

/** What there is to see of a function, with nothing called. */
const looks = (value: Fetch): unknown => [
  value.name,
  value.length,
  typeof value,
  Object.getOwnPropertyNames(value).sort(),
  Object.getPrototypeOf(value) === Function.prototype,
  typeof String(value),
  Object.prototype.toString.call(value),
  typeof (value as { preconnect?: unknown }).preconnect,
]

app.get('/looks', (c) => {
  const raw = rawEnv(c.env ?? {})
  const { SVC } = c.env ?? {}
  const [first, second] = SVC ? [SVC.fetch, SVC.fetch] : []
  return c.json({
    isPatched: (fetch as unknown) !== native,
    bare: looks(native),
    ours: looks(fetch as Fetch),
    bareBinding: raw.SVC ? looks(raw.SVC.fetch) : [],
    oursBinding: raw.SVC ? looks(SVC.fetch) : [],
    isSame: first === second,
  })
})

app.all('/forward/:way', (c) => {
  const url = c.req.query('url') as string
  const { raw } = c.req
  const ways: Record<string, () => Promise<Response>> = {
    service: () => c.env.SVC.fetch(raw),
    object: () => c.env.ROOM.getByName('ours').fetch(raw),
    request: () => fetch(new Request(url, raw)),
    headers: () => fetch(url, { headers: raw.headers }),
    own: () => fetch(url, { headers: { traceparent: c.req.header('x-own') as string } }),
  }
  return (ways[c.req.param('way')] as () => Promise<Response>)()
})
