/** A sum of finite numbers, held at the largest there is: infinity is refused by receivers, and has no form in JSON. */
export const finite = (sum: number): number =>
  Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum))
