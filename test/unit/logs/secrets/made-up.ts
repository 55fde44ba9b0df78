/**
 * Made-up secrets. The corpus holds shapes only, such as `xoxb-{dig11}-{an24}`: what looks like a real token is put
 * together when the test runs, so that no scanner of repositories takes this one for a leak.
 */
const ALPHABETS: Readonly<Record<string, string>> = {
  an: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  az: 'abcdefghijklmnopqrstuvwxyz',
  letters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  low: 'abcdefghijklmnopqrstuvwxyz0123456789',
  up: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  crockford: '0123456789ABCDEFGHJKMNPQRSTVWXYZ',
  b32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  b64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  hex: '0123456789abcdef',
  dig: '0123456789',
}

/** mulberry32: the same texts in every run. */
const randomOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state += 0x6d2b79f5
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const seedOf = (text: string): number =>
  [...text].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 16777619), 2166136261)

/** A text of this shape: `{an36}` becomes 36 letters and digits, `{uuid}` a UUID; the rest stays. */
export const madeUp = (shape: string): string => {
  const random = randomOf(seedOf(shape))
  const some = (alphabet: string, count: number): string =>
    Array.from({ length: count }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
  return shape
    .replaceAll('§', '$')
    .replaceAll('{uuid}', '{hex8}-{hex4}-4{hex3}-a{hex3}-{hex12}')
    .replace(/\{([a-z]+|b32|b64)(\d+)\}/g, (whole, name: string, count: string) => {
      // `{b6430}`: an alphabet whose name ends with digits.
      const [, base, rest] = /^(b32|b64)?(.*)$/.exec(name + count) ?? []
      const alphabet = ALPHABETS[base ?? name]
      return alphabet ? some(alphabet, Number(base ? rest : count)) : whole
    })
}
