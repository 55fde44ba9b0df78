import { readAtMost } from '../../otlp/read-body.ts'
import { beforeInterrupt } from './interrupt.ts'
import { CannotProfile, type Recording, reasonOf } from './recording.ts'

/** One of what an inspector lists under `/json`. */
interface Target {
  id?: string
  title?: string
  description?: string
  webSocketDebuggerUrl?: string
}

/** Bytes between two samples of allocations, on average. */
const HEAP_INTERVAL_BYTES = 32_768
/** Microseconds between two samples of the stack. */
const CPU_INTERVAL_MICROS = 1000
const ANSWER_TIMEOUT_MS = 10_000
/** Of the targets. */
const MAX_LIST_BYTES = 1024 * 1024
/** What was measured is large, and is put together at the end. */
const STOP_TIMEOUT_MS = 60_000

const STEPS = {
  cpu: {
    start: [
      ['Profiler.enable'],
      ['Profiler.setSamplingInterval', { interval: CPU_INTERVAL_MICROS }],
      ['Profiler.start'],
    ],
    stop: 'Profiler.stop',
    disable: 'Profiler.disable',
  },
  heap: {
    start: [
      ['HeapProfiler.enable'],
      ['HeapProfiler.startSampling', { samplingInterval: HEAP_INTERVAL_BYTES }],
    ],
    stop: 'HeapProfiler.stopSampling',
    disable: 'HeapProfiler.disable',
  },
} as const

/**
 * Profiles what an inspector leads to: that of wrangler's workerd, or of a process.
 *
 * @param wanted A part of the target's name, where there are several.
 * @throws CannotProfile
 */
export async function profileByInspector(
  inspector: URL,
  kind: 'cpu' | 'heap',
  seconds: number,
  wanted: string | undefined,
): Promise<Recording> {
  const { url, name } = /^wss?:$/.test(inspector.protocol)
    ? { url: inspector.href, name: inspector.host }
    : await findTarget(inspector, wanted)
  const connection = await connect(url)
  const { stop, disable } = STEPS[kind]
  // A profiler that is left running holds wrangler's inspector for good.
  const uninterrupted = beforeInterrupt(async () => {
    for (const method of [stop, disable]) {
      await connection.ask(method, {}, ANSWER_TIMEOUT_MS).catch(() => undefined)
    }
    await connection.close()
  })
  try {
    for (const [method, params] of STEPS[kind].start) {
      await connection.ask(method, params ?? {}, ANSWER_TIMEOUT_MS)
    }
    const startMs = Date.now()
    await connection.wait(seconds * 1000)
    const result = await connection.ask(stop, {}, STOP_TIMEOUT_MS)
    const durationMs = Date.now() - startMs
    return { text: JSON.stringify(result.profile ?? null), name, startMs, durationMs }
  } finally {
    await uninterrupted()
    // Not awaited: an inspector may never answer.
    void connection.close()
  }
}

async function findTarget(
  inspector: URL,
  wanted: string | undefined,
): Promise<{ url: string; name: string }> {
  const targets = await listTargets(inspector)
  const nameOf = ({ title, description, id }: Target): string => title || description || id || ''
  const named = targets.filter((target) =>
    [target.title, target.description, target.id, target.webSocketDebuggerUrl].some((text) =>
      text?.includes(wanted ?? ''),
    ),
  )
  // workerd lists its own services too.
  const ofUser = named.filter(({ webSocketDebuggerUrl = '' }) =>
    /core(:|%3a)user(:|%3a)/i.test(webSocketDebuggerUrl),
  )
  const [found, ...others] = ofUser.length > 0 ? ofUser : named
  if (!found?.webSocketDebuggerUrl || others.length > 0) {
    const names = targets.map((target) => `"${nameOf(target)}"`).join(', ') || 'none'
    throw new CannotProfile(
      `\`--target\` must name one of what ${inspector.origin} inspects, which is ${names}`,
    )
  }
  // Reached as the list was, which may be by another name than the inspector's own.
  const { pathname, search } = new URL(found.webSocketDebuggerUrl)
  const url = new URL(pathname + search, inspector)
  url.protocol = inspector.protocol === 'https:' ? 'wss:' : 'ws:'
  return { url: url.href, name: nameOf(found) }
}

async function listTargets(inspector: URL): Promise<Target[]> {
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
    const response = await fetch(new URL('/json', inspector), { signal })
    const list = await readAtMost(response.body, MAX_LIST_BYTES, '')
      .then((bytes): unknown => JSON.parse(new TextDecoder().decode(bytes)))
      .catch(() => undefined)
    if (Array.isArray(list)) return list as Target[]
    throw new Error(`it answered ${response.status} without a list`)
  } catch (error) {
    throw new CannotProfile(
      `no inspector at ${inspector.origin} (${reasonOf(error)}). Start \`wrangler dev\`, or the process with --inspect`,
    )
  }
}

/** Asks over a WebSocket, and waits for answers. */
interface Connection {
  ask(method: string, params: object, timeoutMs: number): Promise<Record<string, unknown>>
  /** Rejects when the other side ends meanwhile. */
  wait(ms: number): Promise<void>
  /** Resolves when the other side has agreed. */
  close(): Promise<void>
}

interface Answer {
  id?: number
  result?: Record<string, unknown>
  error?: { message?: string }
}

async function connect(url: string): Promise<Connection> {
  // wrangler lets in who says where they are from; the type of browsers knows no headers.
  const init = { headers: { Origin: 'http://localhost' } } as unknown as string[]
  const socket = new WebSocket(url, init)
  const waiting = new Map<number, (answer: Answer) => void>()
  const ended = new Promise<never>((_, reject) => {
    socket.addEventListener('close', ({ reason, code }) =>
      reject(new CannotProfile(`the inspector ended the connection (${reason || code})`)),
    )
    socket.addEventListener('error', () =>
      reject(new CannotProfile(`no connection to the inspector at ${new URL(url).host}`)),
    )
  })
  // Also when nobody waits for anything.
  ended.catch(() => undefined)
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
  })
  const within = <T>(ms: number, promise: Promise<T>, what: string): Promise<T> => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      const reason = `the inspector does not ${what}. If it is that of wrangler dev, restart wrangler dev: a profile that was killed holds it`
      timer = setTimeout(() => reject(new CannotProfile(reason)), ms)
    })
    return Promise.race([promise, ended, late]).finally(() => clearTimeout(timer))
  }
  const open = new Promise<void>((resolve) => socket.addEventListener('open', () => resolve()))
  await within(ANSWER_TIMEOUT_MS, open, 'answer')
  let asked = 0
  return {
    async ask(method, params, timeoutMs) {
      const id = ++asked
      const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
      socket.send(JSON.stringify({ id, method, params }))
      const { result = {}, error } = await within(timeoutMs, answered, `answer to ${method}`)
      waiting.delete(id)
      if (error) throw new CannotProfile(`this runtime refuses ${method} (${error.message ?? ''})`)
      return result
    },
    wait: (ms) => Promise.race([new Promise<void>((resolve) => setTimeout(resolve, ms)), ended]),
    close: () =>
      new Promise((resolve) => {
        socket.addEventListener('close', () => resolve())
        socket.close()
      }),
  }
}
