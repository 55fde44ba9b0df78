/** Bytes of a block of SHA-256. */
const BLOCK = 64

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))

/** The first 32 bits of the fractional part of a root. */
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0

interface Constants {
  readonly rounds: Int32Array
  readonly start: Int32Array
}

let constants: Constants | undefined

/** Derived as FIPS 180-4, 4.2.2 and 5.3.3, define them: from the roots of the first 64 primes. */
const constantsOf = (): Constants => {
  if (!constants) {
    const primes: number[] = []
    for (let n = 2; primes.length < 64; n++) {
      if (primes.every((prime) => n % prime)) {
        primes.push(n)
      }
    }
    constants = {
      rounds: Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
      start: Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))),
    }
  }
  return constants
}

/** SHA-256 of several parts, one after the other. FIPS 180-4, 6.2. */
const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const bytes = new Uint8Array(Math.ceil((length + 9) / BLOCK) * BLOCK)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  bytes[length] = 0x80
  const view = new DataView(bytes.buffer)
  view.setUint32(bytes.length - 4, length * 8)
  const { rounds, start } = constantsOf()
  const state = start.slice()
  const words = new Int32Array(64)
  for (let block = 0; block < bytes.length; block += BLOCK) {
    for (let i = 0; i < 64; i++) {
      words[i] = i < 16 ? view.getInt32(block + i * 4) : nextWord(words, i)
    }
    mix(state, words, rounds)
  }
  const digest = new DataView(new ArrayBuffer(32))
  state.forEach((word, i) => {
    digest.setInt32(i * 4, word)
  })
  return new Uint8Array(digest.buffer)
}

const nextWord = (words: Int32Array, i: number): number => {
  const early = words[i - 15] as number
  const late = words[i - 2] as number
  return (
    (words[i - 16] as number) +
    (rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)) +
    (words[i - 7] as number) +
    (rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10))
  )
}

const mix = (state: Int32Array, words: Int32Array, rounds: Int32Array): void => {
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  for (let i = 0; i < 64; i++) {
    const chosen = (e & f) ^ (~e & g)
    const one =
      h +
      (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
      chosen +
      (rounds[i] as number) +
      (words[i] as number)
    const two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  ;[a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = (state[i] as number) + word
  })
}

/**
 * HMAC-SHA-256 (RFC 2104) in hexadecimal digits, at once: `crypto.subtle` would answer later, when the app may have
 * changed what it sends, and sent something else.
 */
export const hmac = (secret: string, text: string): string => {
  const encoder = new TextEncoder()
  const given = encoder.encode(secret)
  const key = new Uint8Array(BLOCK)
  key.set(given.length > BLOCK ? sha256(given) : given)
  const inner = sha256(
    key.map((byte) => byte ^ 0x36),
    encoder.encode(text),
  )
  const outer = sha256(
    key.map((byte) => byte ^ 0x5c),
    inner,
  )
  return Array.from(outer, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
