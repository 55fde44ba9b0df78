/**
 * Random identifiers out of a pool: one call into the runtime's generator for some hundred and seventy spans.
 * The pool is filled on first use, since Workers forbid randomness at module scope.
 */
const POOL_BYTES = 4096

/** The first is small, since the first request waits for it. */
const FIRST_POOL_BYTES = 64

/** ES2026; not in Node 24. */
type HexBytes = Uint8Array<ArrayBuffer> & { toHex?: () => string }

let bytes: HexBytes | undefined
let pool = ''
let offset = 0

const refill = (): void => {
  if (bytes?.length !== POOL_BYTES) {
    bytes = new Uint8Array(bytes ? POOL_BYTES : FIRST_POOL_BYTES)
  }
  crypto.getRandomValues(bytes)
  pool = bytes.toHex?.() ?? toHex(bytes)
  offset = 0
}

const digit = (nibble: number): number => nibble + (nibble < 10 ? 48 : 87)

/** By way of bytes: a string put together character by character leaves a kilobyte of garbage for each span. */
export const toHex = (from: Uint8Array): string => {
  const digits = new Uint8Array(2 * from.length)
  from.forEach((byte, i) => {
    digits[2 * i] = digit(byte >> 4)
    digits[2 * i + 1] = digit(byte & 15)
  })
  return new TextDecoder().decode(digits)
}

/** So many random digits. */
export const takeHex = (length: number): string => {
  if (offset + length > pool.length) {
    refill()
  }
  const start = offset
  offset += length
  return pool.slice(start, offset)
}

const UUID_LENGTH = 36

const UUIDS_IN_POOL = 128

/** An instance and its first request have one each. */
const UUIDS_IN_FIRST_POOL = 2

let uuids = ''
let uuidOffset = 0

/** Digits 12 and 16 say the version and the variant. */
const uuidDigit = (digit: number, i: number): number =>
  i === 12 ? 4 : i === 16 ? 8 | (digit & 3) : digit

const makeUuids = (count: number): string => {
  const random = crypto.getRandomValues(new Uint8Array(16 * count))
  const digits = new Uint8Array(UUID_LENGTH * count)
  let at = 0
  for (let i = 0; i < 2 * random.length; i++) {
    const within = i % 32
    if (within >= 8 && within <= 20 && within % 4 === 0) {
      digits[at++] = 45
    }
    const byte = random[i >> 1] as number
    digits[at++] = digit(uuidDigit(i % 2 ? byte & 15 : byte >> 4, within))
  }
  return new TextDecoder().decode(digits)
}

/** A random UUID, version 4 (RFC 9562). A piece of a pool: put together from parts it leaves 300 bytes of garbage. */
export const newUuid = (): string => {
  if (uuidOffset === uuids.length) {
    uuids = makeUuids(uuids ? UUIDS_IN_POOL : UUIDS_IN_FIRST_POOL)
    uuidOffset = 0
  }
  const start = uuidOffset
  uuidOffset += UUID_LENGTH
  return uuids.slice(start, uuidOffset)
}
