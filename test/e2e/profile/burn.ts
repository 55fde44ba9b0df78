/** What profiles have to find. */
export const burn = (): number => {
  let sum = 0
  for (let i = 0; i < 2_000_000; i++) sum += Math.sqrt(i)
  return sum
}

const held: string[][] = []

/** What holds memory. */
export const keep = (): number => held.push(Array.from({ length: 2000 }, (_, at) => `v${at}`))
