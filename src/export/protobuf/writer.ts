/**
 * The protobuf wire format, written into one growing buffer. The state is the module's: encoding a batch is
 * synchronous, so there is never more than one, and plain functions stay small in a bundle.
 */

/** Free at any time after a check, so that a run of fixed-size fields and the ends of messages need none. */
const SLACK_BYTES = 1024

/** A larger buffer, of more than a full batch, is not kept for the next request. */
const MAX_KEPT_BYTES = 262_144

/** Up to here a loop beats the call of the encoder. */
const SHORT_STRING = 48

const TWO_32 = 0x100000000

const encoder = /* @__PURE__ */ new TextEncoder()

let buffer: Uint8Array<ArrayBuffer> = /* @__PURE__ */ new Uint8Array()
let view: DataView = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(0))
let at = 0

/** Begins a request; what another left behind, because its encoding threw, is forgotten. */
export const start = (): void => {
  at = 0
}

/** The request. */
export const finish = (): Uint8Array<ArrayBuffer> => {
  const whole = buffer.slice(0, at)
  if (buffer.length > MAX_KEPT_BYTES) {
    allocate(0)
  }
  return whole
}

const allocate = (sizeBytes: number): void => {
  buffer = new Uint8Array(sizeBytes)
  view = new DataView(buffer.buffer)
}

const ensure = (bytes: number): void => {
  const needed = at + bytes + SLACK_BYTES
  if (needed > buffer.length) {
    const full = buffer
    allocate(Math.max(needed, 2 * full.length))
    buffer.set(full)
  }
}

const varint = (value: number): void => {
  while (value > 127) {
    buffer[at++] = (value & 127) | 128
    value >>>= 7
  }
  buffer[at++] = value
}

const widthOf = (length: number): number =>
  length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : 4

/**
 * Begins a length-delimited field, and returns what `end` needs. Its length will take `width` bytes; a wrong guess
 * costs a move of its content.
 */
export const begin = (field: number, width = 1): number => {
  ensure(0)
  buffer[at] = field * 8 + 2
  at += 1 + width
  return at
}

/** Ends the field that begins at `from`, and writes its length before it. */
export const end = (from: number, width = 1): void => {
  const length = at - from
  const move = widthOf(length) - width
  if (move) {
    buffer.copyWithin(from + move, from, at)
  }
  at = from - width
  varint(length)
  at += length
}

/** A string field, also when it is empty. */
export const string = (field: number, value: string): void => {
  const { length } = value
  // The most that a character of UTF-16 takes in UTF-8.
  ensure(3 * length)
  buffer[at++] = field * 8 + 2
  if (length < SHORT_STRING) {
    let to = at + 1
    let i = 0
    for (; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code > 127) {
        break
      }
      buffer[to++] = code
    }
    if (i === length) {
      buffer[at] = length
      at = to
      return
    }
  }
  const width = widthOf(length)
  at += width
  const from = at
  // Writes U+FFFD for a lone surrogate.
  at += encoder.encodeInto(value, buffer.subarray(at)).written
  end(from, width)
}

/** A string field that is left out when there is nothing to say. */
export const text = (field: number, value: string | undefined): void => {
  if (value) {
    string(field, value)
  }
}

export const bytes = (field: number, value: Uint8Array): void => {
  const { length } = value
  ensure(length)
  buffer[at++] = field * 8 + 2
  varint(length)
  buffer.set(value, at)
  at += length
}

/** So many hexadecimal digits as bytes: always as many, because one identifier cut short spoils the whole request. */
export const hex = (field: number, digits: string, length: number): void => {
  buffer[at++] = field * 8 + 2
  buffer[at++] = length / 2
  for (let i = 0; i < length; i += 2) {
    buffer[at++] = (nibble(digits.charCodeAt(i)) << 4) | nibble(digits.charCodeAt(i + 1))
  }
}

const nibble = (code: number): number => (code & 15) + (code >> 6) * 9

/** An unsigned number below 2^32, or a flag. */
export const uint = (field: number, value: number): void => {
  buffer[at++] = field * 8
  varint(value)
}

/** A number, left out when it is zero, as defaults may be. */
export const count = (field: number, value: number): void => {
  if (value) {
    uint(field, value)
  }
}

/** A signed number of 32 bits, in zigzag. */
export const sint = (field: number, value: number): void =>
  uint(field, ((value << 1) ^ (value >> 31)) >>> 0)

/** A whole number, in two's complement. */
export const int64 = (field: number, value: number | bigint): void => {
  buffer[at++] = field * 8
  varint64(value)
}

const varint64 = (value: number | bigint): void => {
  let low = lowOf(value)
  let high = highOf(value)
  while (high > 0) {
    buffer[at++] = (low & 127) | 128
    low = ((low >>> 7) | (high << 25)) >>> 0
    high >>>= 7
  }
  varint(low)
}

const lowOf = (value: number | bigint): number =>
  typeof value === 'bigint' ? Number(BigInt.asUintN(32, value)) : value >>> 0

const highOf = (value: number | bigint): number =>
  typeof value === 'bigint'
    ? Number(BigInt.asUintN(32, value >> 32n))
    : Math.floor(value / TWO_32) >>> 0

const put64 = (low: number, high: number): void => {
  view.setUint32(at, low, true)
  view.setUint32(at + 4, high, true)
  at += 8
}

/** A whole number in eight bytes, signed or not. */
export const fixed64 = (field: number, value: number): void => {
  buffer[at++] = field * 8 + 1
  put64(lowOf(value), highOf(value))
}

export const fixed32 = (field: number, value: number): void => {
  varint(field * 8 + 5)
  view.setUint32(at, value, true)
  at += 4
}

export const double = (field: number, value: number): void => {
  buffer[at++] = field * 8 + 1
  view.setFloat64(at, value, true)
  at += 8
}

/** Whole microseconds as nanoseconds. Their product exceeds what a number holds exactly, its halves do not. */
export const nanos = (field: number, micros: number): void => {
  const high = Math.floor(micros / TWO_32)
  const product = (micros - high * TWO_32) * 1000
  buffer[at++] = field * 8 + 1
  put64(product >>> 0, high * 1000 + Math.floor(product / TWO_32))
}

/** Doubles, packed. */
export const doubles = (field: number, values: readonly number[]): void => {
  packed(field, values, 8, (value) => {
    view.setFloat64(at, value, true)
    at += 8
  })
}

/** Whole numbers of eight bytes, packed. */
export const fixed64s = (field: number, values: readonly number[]): void =>
  packed(field, values, 8, (value) => put64(lowOf(value), highOf(value)))

/** Whole numbers as short as they are, packed. */
export const uint64s = (field: number, values: readonly number[]): void =>
  packed(field, values, 10, varint64)

const packed = (
  field: number,
  values: readonly number[],
  maxBytes: number,
  write: (value: number) => void,
): void => {
  if (values.length) {
    ensure(maxBytes * values.length)
    const from = begin(field)
    for (const value of values) {
      write(value)
    }
    end(from)
  }
}
