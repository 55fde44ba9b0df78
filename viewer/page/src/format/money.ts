/** Dollars: to the cent from one on, and three digits of what is less. */
export const formatUsd = (usd: number): string =>
  usd >= 1 || usd === 0 ? `$${usd.toFixed(2)}` : `$${Number(usd.toPrecision(3))}`
