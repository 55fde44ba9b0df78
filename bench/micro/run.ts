/** Runs every piece in the runtime it is started in, and prints what came out as JSON: for Node, Deno and Bun. */
import { PIECES } from './pieces.ts'

const TIMES = 20_480
const ROUNDS = 25

/** Called by `node --expose-gc`; the others do not say how much is allocated. */
const collect = (globalThis as { gc?: () => void }).gc

/** With a young generation that holds a whole round, what the heap grows by is what was allocated. */
const bytesPerTime = (run: (times: number) => void): number | undefined => {
  if (!collect) return undefined
  const growths: number[] = []
  for (let round = 0; round < 5; round++) {
    collect()
    const before = process.memoryUsage().heapUsed
    run(TIMES)
    growths.push((process.memoryUsage().heapUsed - before) / TIMES)
  }
  return Math.max(...growths)
}

const results = PIECES.map(({ title, prepare }) => {
  const run = prepare()
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now()
    run(TIMES)
    best = Math.min(best, performance.now() - startedMs)
  }
  return { title, nanoseconds: (best * 1e6) / TIMES, bytes: bytesPerTime(run) }
})

console.log(JSON.stringify(results))
