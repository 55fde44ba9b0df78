import type { Profile } from './profile.ts'

/** Fields of `profile.proto` of pprof. */
const SAMPLE_TYPE = 1
const SAMPLE = 2
const LOCATION = 4
const FUNCTION = 5
const STRING_TABLE = 6
const TIME_NANOS = 9
const DURATION_NANOS = 10

/** What a value counts, and by what ours are multiplied. */
const TYPES = {
  cpu: ['cpu', 'nanoseconds', 1e6],
  heap: ['inuse_space', 'bytes', 1],
} as const

/** A profile as `go tool pprof` reads it, not yet compressed. `startMs` is in milliseconds since 1970. */
export function pprofOf(profile: Profile, startMs: number): Uint8Array<ArrayBuffer> {
  const [type, unit, factor] = TYPES[profile.kind]
  // The first is always empty.
  const texts = new Map([['', 0]])
  const text = (value: string): number => {
    const known = texts.get(value) ?? texts.size
    texts.set(value, known)
    return known
  }
  const out: number[] = []
  message(out, SAMPLE_TYPE, [...field(1, text(type)), ...field(2, text(unit))])
  for (const [index, [, , self]] of profile.nodes.entries()) {
    const value = Math.round(self * factor)
    if (value <= 0) continue
    const stack: number[] = []
    for (let at = index; at >= 0; at = profile.nodes[at]?.[1] ?? -1) {
      varint(stack, (profile.nodes[at]?.[0] ?? 0) + 1)
    }
    const sample: number[] = []
    message(sample, 1, stack)
    message(sample, 2, varint([], value))
    message(out, SAMPLE, sample)
  }
  for (const [index, { name, file, line }] of profile.frames.entries()) {
    const id = field(1, index + 1)
    const place: number[] = [...id]
    message(place, 4, [...field(1, index + 1), ...field(2, line)])
    message(out, LOCATION, place)
    const names = [...field(2, text(name)), ...field(3, text(name)), ...field(4, text(file))]
    message(out, FUNCTION, [...id, ...names, ...field(5, line)])
  }
  for (const value of texts.keys()) {
    message(out, STRING_TABLE, [...new TextEncoder().encode(value)])
  }
  out.push(...field(TIME_NANOS, startMs * 1e6))
  out.push(...field(DURATION_NANOS, Math.round(profile.durationMs * 1e6)))
  return new Uint8Array(out)
}

const field = (id: number, value: number): number[] => varint([id * 8], value)

function message(out: number[], id: number, content: readonly number[]): void {
  out.push(id * 8 + 2)
  varint(out, content.length)
  for (const byte of content) out.push(byte)
}

/** Also beyond 32 bits. */
function varint(out: number[], value: number): number[] {
  let rest = value
  while (rest >= 128) {
    out.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  out.push(rest)
  return out
}
