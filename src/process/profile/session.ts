import { describeThrown } from '../../base/thrown.ts'
import { builtin } from '../builtin.ts'

/** What is of use here of the inspector's protocol, which Deno, Bun and Node speak within the process. */
interface Session {
  connect(): void
  disconnect(): void
  post(method: string, params?: object): Promise<unknown>
}

interface Inspector {
  Session: new () => Session
}

/** A frame of a stack. Lines and columns begin with 0; -1 is none. */
export interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** A CPU profile as V8 writes it: `.cpuprofile` of DevTools. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: CallFrame
    readonly children?: readonly number[]
  }[]
  /** Microseconds of a clock that began somewhere. */
  readonly startTime: number
  readonly endTime: number
  /** Ids of nodes. */
  readonly samples?: readonly number[]
  /** Microseconds between a sample and the one before. */
  readonly timeDeltas?: readonly number[]
}

export interface HeapNode {
  readonly callFrame: CallFrame
  /** Bytes that were allocated here in the time of the profile and live on, by estimate. */
  readonly selfSize: number
  readonly children: readonly HeapNode[]
}

/** A heap profile by samples as V8 writes it: `.heapprofile` of DevTools. */
export interface HeapProfile {
  readonly head: HeapNode
}

/** Bytes between two samples of allocations, on average. */
const HEAP_INTERVAL_BYTES = 32_768

/** Microseconds between two samples of the stack. */
export const CPU_INTERVAL_MICROS = 1000

/** This runtime cannot make such a profile. */
export class CannotProfile extends Error {
  override readonly name = 'CannotProfile'
}

const openSession = (): Session => {
  const inspector = builtin<Inspector>('inspector/promises')
  if (!inspector) {
    throw new CannotProfile('this runtime has no inspector')
  }
  try {
    const session = new inspector.Session()
    session.connect()
    return session
  } catch (error) {
    // Deno asks for a permission, and says which.
    throw new CannotProfile(describeThrown(error), { cause: error })
  }
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** Starts, waits and stops. Whatever happens, nothing of it goes on afterwards. */
const measure = async <T>(
  kind: 'Profiler' | 'HeapProfiler',
  steps: readonly (readonly [method: string, params?: object])[],
  stop: string,
  ms: number,
  signal: AbortSignal,
): Promise<T> => {
  const session = openSession()
  try {
    try {
      await session.post(`${kind}.enable`)
      for (const [method, params] of steps) {
        await session.post(`${kind}.${method}`, params)
      }
    } catch (error) {
      throw new CannotProfile(`this runtime has no ${kind}`, { cause: error })
    }
    await wait(ms, signal)
    return ((await session.post(`${kind}.${stop}`)) as { profile: T }).profile
  } finally {
    session.disconnect()
  }
}

/** Where the process spends its time, from now on for so long, or until the signal. */
export const cpuProfile = (ms: number, signal: AbortSignal): Promise<CpuProfile> =>
  measure(
    'Profiler',
    [['setSamplingInterval', { interval: CPU_INTERVAL_MICROS }], ['start']],
    'stop',
    ms,
    signal,
  )

/** Who allocates what lives on, in the same time. */
export const heapProfile = (ms: number, signal: AbortSignal): Promise<HeapProfile> =>
  measure(
    'HeapProfiler',
    [['startSampling', { samplingInterval: HEAP_INTERVAL_BYTES }]],
    'stopSampling',
    ms,
    signal,
  )
