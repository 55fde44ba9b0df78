import { begin, end, finish, int64, start, string, uint64s } from '../../export/protobuf/writer.ts'
import {
  type CallFrame,
  CPU_INTERVAL_MICROS,
  type CpuProfile,
  type HeapNode,
  type HeapProfile,
} from './session.ts'

/** What a value counts, as pprof's `ValueType`. */
type ValueType = readonly [type: string, unit: string]

/** A stack, the innermost frame first, with a value of each type. */
interface Sample {
  readonly stack: readonly CallFrame[]
  readonly values: readonly number[]
}

/** Numbers each thing once, from 1 on. */
class Numbers<T> {
  readonly list: T[] = []
  readonly #byKey = new Map<string, number>()

  of(key: string, thing: T): number {
    let number = this.#byKey.get(key)
    if (number === undefined) {
      number = this.list.push(thing)
      this.#byKey.set(key, number)
    }
    return number
  }
}

/** Fields of `profile.proto` of pprof. */
const PROFILE = { sampleType: 1, sample: 2, location: 4, function: 5, stringTable: 6, time: 9 }
const DURATION = 10
const PERIOD_TYPE = 11
const PERIOD = 12

/**
 * A profile as pprof reads it (github.com/google/pprof, `proto/profile.proto`), not yet compressed.
 *
 * @param period What is between two samples, in units of the last type.
 */
const write = (
  types: readonly ValueType[],
  samples: readonly Sample[],
  timeMs: number,
  durationMs: number,
  period: number,
): Uint8Array<ArrayBuffer> => {
  const texts = new Numbers<string>()
  // The first is always empty, so that 0 is none.
  const text = (value: string): number => (value ? texts.of(value, value) : 0)
  const functions = new Numbers<readonly [name: number, file: number, line: number]>()
  const locations = new Numbers<readonly [callee: number, line: number]>()
  const location = ({ functionName, url, lineNumber }: CallFrame): number => {
    const name = text(functionName || '(anonymous)')
    const file = text(url)
    const line = lineNumber + 1
    const callee = functions.of(`${name} ${file} ${line}`, [name, file, line])
    return locations.of(`${callee}`, [callee, line])
  }
  const message = (field: number, content: () => void): void => {
    const from = begin(field)
    content()
    end(from)
  }
  const valueType = (field: number, [type, unit]: ValueType): void =>
    message(field, () => {
      int64(1, text(type))
      int64(2, text(unit))
    })

  start()
  for (const type of types) {
    valueType(PROFILE.sampleType, type)
  }
  for (const { stack, values } of samples) {
    const ids = stack.map(location)
    message(PROFILE.sample, () => {
      uint64s(1, ids)
      uint64s(2, values)
    })
  }
  locations.list.forEach(([callee, line], index) => {
    message(PROFILE.location, () => {
      int64(1, index + 1)
      message(4, () => {
        int64(1, callee)
        int64(2, line)
      })
    })
  })
  functions.list.forEach(([name, file, line], index) => {
    message(PROFILE.function, () => {
      int64(1, index + 1)
      int64(2, name)
      int64(3, name)
      int64(4, file)
      int64(5, line)
    })
  })
  const last = types.at(-1)
  if (last) {
    valueType(PERIOD_TYPE, last)
  }
  string(PROFILE.stringTable, '')
  for (const value of texts.list) {
    string(PROFILE.stringTable, value)
  }
  int64(PROFILE.time, BigInt(timeMs) * 1_000_000n)
  int64(DURATION, Math.round(durationMs * 1e6))
  int64(PERIOD, period)
  return finish()
}

/** The time in which nothing ran is no use of the CPU. */
const IDLE = '(idle)'

/** Not a frame: the top of every stack. */
const ROOT = '(root)'

/** @param timeMs When it began, in milliseconds since the epoch. */
export const pprofOfCpu = (profile: CpuProfile, timeMs: number): Uint8Array<ArrayBuffer> => {
  const { nodes, samples = [], timeDeltas = [], startTime, endTime } = profile
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  )
  const totals = new Map<number, [count: number, nanoseconds: number]>()
  samples.forEach((id, index) => {
    const total = totals.get(id) ?? [0, 0]
    total[0]++
    // A sample stands for the time until the next. Bun takes none while nothing runs: a long time is a pause.
    const micros = timeDeltas[index + 1] ?? 0
    total[1] +=
      (micros > 10 * CPU_INTERVAL_MICROS ? CPU_INTERVAL_MICROS : Math.max(0, micros)) * 1000
    totals.set(id, total)
  })
  const stackOf = (id: number): CallFrame[] => {
    const stack: CallFrame[] = []
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = byId.get(at)?.callFrame
      if (frame && frame.functionName !== ROOT) {
        stack.push(frame)
      }
    }
    return stack
  }
  const found = [...totals]
    .map(([id, values]) => ({ stack: stackOf(id), values: values.map(Math.round) }))
    .filter(({ stack: [innermost] }) => innermost && innermost.functionName !== IDLE)
  const durationMs = (endTime - startTime) / 1000
  return write(
    [
      ['samples', 'count'],
      ['cpu', 'nanoseconds'],
    ],
    found,
    timeMs,
    durationMs,
    1_000_000,
  )
}

/** @param timeMs When it began, in milliseconds since the epoch. */
export const pprofOfHeap = (
  { head }: HeapProfile,
  timeMs: number,
  durationMs: number,
): Uint8Array<ArrayBuffer> => {
  const samples: Sample[] = []
  // Not by recursion: stacks may be deep.
  const open: [node: HeapNode, callers: readonly CallFrame[]][] = [[head, []]]
  for (let next = open.pop(); next; next = open.pop()) {
    const [{ callFrame, selfSize, children }, callers] = next
    const stack = callFrame.functionName === ROOT ? callers : [callFrame, ...callers]
    if (selfSize > 0 && stack.length) {
      samples.push({ stack, values: [selfSize] })
    }
    for (const child of children) {
      open.push([child, stack])
    }
  }
  return write([['inuse_space', 'bytes']], samples, timeMs, durationMs, 32_768)
}
