const RUNS = 9

function fastestMs(work: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now()
    for (let i = 0; i < 20; i++) work()
    best = Math.min(best, performance.now() - start)
  }
  return best
}

/**
 * Returns how many times longer `parse` takes for an input `factor` times as long: about `factor`
 * when linear, `factor` squared when quadratic. The fastest of several runs, since the machine is
 * shared.
 */
export function growth(
  parse: (input: string) => unknown,
  make: (size: number) => string,
  size: number,
  factor: number,
): number {
  const short = make(size)
  const long = make(size * factor)
  fastestMs(() => parse(long))
  return fastestMs(() => parse(long)) / fastestMs(() => parse(short))
}
