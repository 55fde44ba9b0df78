/** Lives of isolates, and what their pushes to the aggregator's objects come to. */
export interface Scenario {
  /** Requests a second, of all isolates together. */
  requestsPerSecond: number
  isolates: number
  /** Objects, which isolates are spread over: one for each continent. */
  objects: number
  /** Time between pushes of a busy isolate. */
  intervalMs: number
  /** Idle isolates are evicted after this long; the next request begins another. */
  evictAfterMs: number
  seconds: number
  seed: number
  /** From the aggregator's group commit. */
  groupMs: number
  minOthers: number
}

export interface Tally {
  requests: number
  pushes: number
  rows: number
  /** Milliseconds in which at least one push was being answered, summed over objects. */
  busyMs: number
  /** Isolates that lived. */
  lives: number
}

/** Time that an object spends on a push that does not wait. */
const SERVICE_MS = 5

/** Rows of a checkpoint for each row of the journal: about 100 changed series every 256 rows. */
export const CHECKPOINT_ROWS_PER_ROW = 100 / 256

/** A small generator with a seed: the same scenario gives the same numbers. */
const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Requests come at random to each isolate (Poisson). The first that is recorded after a push opens an interval, at
 * whose end there is another push. Objects answer at once, or after `groupMs` when many others have pushed of late.
 */
export const simulate = (scenario: Scenario): Tally => {
  const { isolates, objects, seconds, groupMs, minOthers } = scenario
  const random = randomOf(scenario.seed)
  const endMs = seconds * 1000
  const meanGapMs = (1000 * isolates) / scenario.requestsPerSecond
  const tally: Tally = { requests: 0, pushes: 0, rows: 0, busyMs: 0, lives: 0 }
  const pushesOf: { atMs: number; isolate: number }[][] = Array.from({ length: objects }, () => [])
  for (let isolate = 0; isolate < isolates; isolate++) {
    const pushes = pushesOf[isolate % objects] as { atMs: number; isolate: number }[]
    let nowMs = -Math.log(1 - random()) * meanGapMs
    let lastMs = Number.NEGATIVE_INFINITY
    while (nowMs < endMs) {
      tally.lives += Number(nowMs - lastMs > scenario.evictAfterMs)
      tally.pushes++
      const pushMs = nowMs + scenario.intervalMs
      pushes.push({ atMs: pushMs, isolate })
      // All requests until the push are part of it.
      while (nowMs < endMs && nowMs <= pushMs) {
        tally.requests++
        lastMs = nowMs
        nowMs += -Math.log(1 - random()) * meanGapMs
      }
    }
  }
  for (const pushes of pushesOf) {
    pushes.sort((a, b) => a.atMs - b.atMs)
    const seen = new Map<number, number>()
    let commitMs = Number.NEGATIVE_INFINITY
    let busyUntilMs = Number.NEGATIVE_INFINITY
    for (const { atMs, isolate } of pushes) {
      for (const [other, seenMs] of seen) {
        if (atMs - seenMs > groupMs) seen.delete(other)
      }
      seen.set(isolate, atMs)
      const isBusy = seen.size - 1 >= minOthers
      let doneMs = atMs + SERVICE_MS
      if (atMs <= commitMs) {
        // A group is open, and takes it along.
        doneMs = commitMs
      } else {
        tally.rows++
        if (isBusy) doneMs = commitMs = atMs + groupMs
      }
      tally.busyMs += Math.max(0, doneMs - Math.max(atMs, busyUntilMs))
      busyUntilMs = Math.max(busyUntilMs, doneMs)
    }
  }
  return tally
}
