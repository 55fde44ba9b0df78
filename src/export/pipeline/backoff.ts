const FIRST_MS = 250
const LONGEST_MS = 30_000

/** Time to wait after so many failures in a row, in milliseconds: exponential, with half of it jitter. */
export const backoffMs = (failures: number): number => {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1))
  return ceiling / 2 + (Math.random() * ceiling) / 2
}
