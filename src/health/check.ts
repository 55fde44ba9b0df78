/** A status of the IETF draft "Health Check Response Format for HTTP APIs". */
export type HealthStatus = 'pass' | 'warn' | 'fail'

/** Settings that every check takes. */
export interface CheckOptions {
  /** Longest time one run may take, in milliseconds; then it fails and its signal aborts. Default 2000. */
  timeoutMs?: number
  /** Whether its failure makes the whole service `fail` (503). When false, the service is `warn` (200). Default true. */
  critical?: boolean
  /** Time a result is reused in the same isolate or process, in milliseconds. 0 turns reuse off. Default 1000. */
  cacheMs?: number
  /** Labels that `?tag=` selects by. Default none. */
  tags?: readonly string[]
  /** Consecutive failed runs after which a passing check becomes `fail`; until then it is `warn`. Default 1. */
  failureThreshold?: number
  /** Consecutive passed runs after which a failing check becomes `pass` again. Default 1. */
  successThreshold?: number
  /** A run that passes but takes longer than this, in milliseconds, is `warn`. Default: never. */
  degradedAboveMs?: number
}

/** What a run is given. */
export interface CheckContext<Bindings = unknown> {
  /** The environment as Hono has it: bindings on Workers. */
  env: Bindings
  /** Aborts when the run's time is up. Pass it on to what can be cancelled. */
  signal: AbortSignal
}

/** What a run found. Every field is optional: nothing at all means `pass`. */
export interface CheckFinding {
  /** Default `pass`. */
  status?: HealthStatus
  /** Shown in the detailed body in place of the run's duration. */
  observedValue?: unknown
  /** Unit of `observedValue`. */
  observedUnit?: string
  /** An explanation, shown in the detailed body only. */
  output?: string
}

/** One check, as made by `kv()`, `d1()`, `http()`, `custom()` and the others. */
export interface HealthCheck extends CheckOptions {
  /** The draft's word for what is checked. */
  componentType: 'component' | 'datastore' | 'system'
  /** What is checked; shown in the detailed body only. */
  componentId?: string
  /** Name of the binding to check, and a method it must have. */
  binding?: readonly [name: string, method: string]
  /** One run. A rejection or a throw is a failure. `binding` is the binding of that name. */
  run(context: CheckContext, binding: unknown): PromiseLike<CheckFinding | undefined>
}

/** The last result of a check. Plain data: it outlives the request that produced it. */
export interface CheckResult extends CheckFinding {
  status: HealthStatus
  /** When the run began, in milliseconds since the epoch. */
  timeMs: number
  /** Time the run took, in milliseconds. */
  durationMs: number
  /** When the last run that did not fail began, in milliseconds since the epoch. */
  lastSuccessMs?: number | undefined
}
