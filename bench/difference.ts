/** What one thing costs over another, both measured round by round, in their unit. */
export interface Spread {
  /** Of the differences in the same round. */
  median: number
  /** The difference of both sides' tenth percentiles: what is left where the machine does little else. */
  p10: number
  /** Between which the middle half of the differences are. */
  from: number
  to: number
}

export const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

export const quantile = (ascending: ArrayLike<number>, q: number): number =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))] ?? Number.NaN

export const median = (values: readonly number[]): number => quantile(ascending(values), 0.5)

export const spreadOf = (of: readonly number[], over: readonly number[]): Spread => {
  const differences = ascending(of.map((value, round) => value - (over[round] ?? Number.NaN)))
  return {
    median: quantile(differences, 0.5),
    p10: quantile(ascending(of), 0.1) - quantile(ascending(over), 0.1),
    from: quantile(differences, 0.25),
    to: quantile(differences, 0.75),
  }
}

/** Between which the middle half of the rounds are. */
export const halfOf = ({ from, to }: Spread, digits: number): string =>
  `${from.toFixed(digits)} to ${to.toFixed(digits)}`
