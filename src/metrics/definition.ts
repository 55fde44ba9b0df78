/** What an attribute may be: any value of a type, or one of those listed. */
export type AttributeRule = 'string' | 'number' | 'boolean' | readonly (string | number | boolean)[]

/** The attributes of a metric, by key. Few values each: every combination is a series of its own. */
export type AttributeRules = Readonly<Record<string, AttributeRule>>

type ValueOf<Rule> = Rule extends 'string'
  ? string
  : Rule extends 'number'
    ? number
    : Rule extends 'boolean'
      ? boolean
      : Rule extends readonly (infer Value)[]
        ? Value
        : never

/** What has to be passed with each measurement: every attribute, or nothing where none is declared. */
export type RequiredAttributes<Rules extends AttributeRules> = keyof Rules extends never
  ? []
  : [attributes: { [Key in keyof Rules]: ValueOf<Rules[Key]> }]

export interface MetricDefinition<Rules extends AttributeRules, Unit extends string = string> {
  /** A UCUM unit (`s`, `By`, `1`) or a counted thing in braces (`{order}`). */
  unit: Unit
  /** One sentence. */
  description: string
  /** Checked by the compiler only. Default none. */
  attributes?: Rules
  /** Report whole numbers as such; fractions are dropped with a warning. Default false. */
  integer?: boolean
  /** Name of the meter, reported as the instrumentation scope. Default `app`. */
  meter?: string
}

export interface HistogramDefinition<Rules extends AttributeRules, Unit extends string>
  extends MetricDefinition<Rules, Unit> {
  /**
   * Upper bounds of the buckets, ascending. Default 0.005 to 10 where the unit is `s`, otherwise 0 to
   * 10000.
   */
  boundaries?: readonly number[]
}

export interface DefinedCounter<Rules extends AttributeRules> {
  /** Adds to the total. Not negative, except to an up-down counter. */
  add(value: number, ...attributes: RequiredAttributes<Rules>): void
}

export interface DefinedGauge<Rules extends AttributeRules> {
  /** Records the current value. */
  record(value: number, ...attributes: RequiredAttributes<Rules>): void
}

export interface DefinedHistogram<Rules extends AttributeRules, Unit extends string> {
  /** Records one value of the distribution. Not negative. */
  record(value: number, ...attributes: RequiredAttributes<Rules>): void
  /**
   * Runs `fn` and records how long it or its promise took, with `error.type` if it failed. Returns what
   * `fn` returns and throws what it throws. For the units `s` and `ms`. On Workers, time only passes
   * while waiting for I/O.
   */
  time<Result>(
    this: Unit extends 's' | 'ms' ? DefinedHistogram<Rules, Unit> : never,
    fn: () => Result,
    ...attributes: RequiredAttributes<Rules>
  ): Result
}
