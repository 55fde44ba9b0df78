import type { Exemplar } from './data.ts'

/**
 * Which measurements may become exemplars: those made in a sampled trace, all, or none.
 * Metrics SDK specification, "ExemplarFilter".
 */
export type ExemplarFilter = 'trace_based' | 'always_on' | 'always_off'

/**
 * Decides which measurements of one series are kept as examples, and holds them. One exists per
 * series, from its first eligible measurement on. Metrics SDK specification, "ExemplarReservoir".
 */
export interface ExemplarReservoir {
  /**
   * Draws whether to keep the next measurement, should it be eligible. Asked for every measurement,
   * and before the filter because looking at the active span costs more.
   */
  wants(bucket: number): boolean
  /** Keeps a measurement, right after `wants` said so or as the first of all. */
  keep(exemplar: Exemplar, bucket: number): void
  /** What is kept. Starts a new sampling period, in which each new exemplar replaces an old one. */
  collect(): Exemplar[]
}

/**
 * Keeps a uniform sample. Each measurement draws a number, and the `size` lowest stay: whether one
 * has a chance is known before it is known to be eligible.
 */
export class FixedSizeReservoir implements ExemplarReservoir {
  readonly #size: number
  readonly #kept: Exemplar[] = []
  readonly #draws: number[] = []
  #draw: number = Math.random()
  #threshold = 1

  constructor(size: number) {
    this.#size = size
  }

  wants(): boolean {
    const draw = Math.random()
    if (draw >= this.#threshold) {
      return false
    }
    this.#draw = draw
    return true
  }

  keep(exemplar: Exemplar): void {
    const draws = this.#draws
    const full = draws.length === this.#size
    const at = full ? draws.indexOf(this.#threshold) : draws.length
    this.#kept[at] = exemplar
    draws[at] = this.#draw
    if (draws.length === this.#size) {
      this.#threshold = Math.max(...draws)
    }
  }

  collect(): Exemplar[] {
    this.#draws.fill(1)
    this.#threshold = 1
    return this.#kept.slice()
  }
}

/** Keeps one measurement per bucket of a histogram. */
export class BucketReservoir implements ExemplarReservoir {
  readonly #buckets: FixedSizeReservoir[] = []

  wants(bucket: number): boolean {
    return this.#buckets[bucket]?.wants() ?? true
  }

  keep(exemplar: Exemplar, bucket: number): void {
    this.#buckets[bucket] ??= new FixedSizeReservoir(1)
    this.#buckets[bucket].keep(exemplar)
  }

  collect(): Exemplar[] {
    return this.#buckets.flatMap((reservoir) => reservoir.collect())
  }
}
