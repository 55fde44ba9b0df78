/** Numbers that look like chance and are the same for the same seed. */
export interface Random {
  /** From 0 to 1, without 1. */
  next(): number
  between(least: number, most: number): number
  /** How many of events that are independent of each other there are, if there are `mean` as a rule. */
  poisson(mean: number): number
}

/** Mulberry32, which is good enough for a simulation. */
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const poisson = (mean: number): number => {
    if (mean <= 0) return 0
    // Of many, it is a normal distribution.
    if (mean > 50) {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal))
    }
    const limit = Math.exp(-mean)
    let [count, product] = [0, next()]
    while (product > limit) {
      count++
      product *= next()
    }
    return count
  }
  return { next, between: (least, most) => least + (most - least) * next(), poisson }
}
