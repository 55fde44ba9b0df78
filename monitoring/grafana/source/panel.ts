import type { LimitName } from '../../thresholds.ts'

/** The datasources that panels ask, by the ids of `provisioning/datasources`. */
export type Source = 'prometheus' | 'loki' | 'tempo'

/** What one line, column or list is made of. */
export interface Query {
  /** PromQL, LogQL or TraceQL. `$service` is the service that was chosen. */
  readonly expr: string
  /** Name of the line, such as `{{http_route}}`. */
  readonly legend?: string
}

/** Where a query's metric comes from, if not from the Worker's own requests. */
export type Origin =
  /** The Collector: its own metrics, and those it makes of spans. */
  | 'collector'
  /** A Tail Worker that sends its metrics to the same place. */
  | 'tail-worker'
  /** The Worker in `platform/`. */
  | 'platform-metrics'
  /** A Deno, Bun or Node process with `hono-observability/process`. */
  | 'process'
  /** A Deno, Bun or Node process with a pool and `hono-observability/db`. */
  | 'database-client'
  /** An exporter of a database or a host. */
  | 'exporter'
  /** The exporter of a MySQL that is a replica. */
  | 'replica'
  /** cAdvisor, beside containers. */
  | 'cadvisor'
  /** Only once something has gone wrong that a test does not bring about. */
  | 'fault'
  /** Prometheus itself, or its rules. */
  | 'prometheus'

export interface PanelSpec {
  readonly title: string
  /** What it says, and what to do about it. */
  readonly description?: string
  readonly kind: 'graph' | 'number' | 'table' | 'logs' | 'traces'
  readonly source?: Source
  readonly queries: readonly Query[]
  /** A unit of Grafana: `s`, `reqps`, `percentunit`, … */
  readonly unit?: string
  /** Of 24 columns. */
  readonly width: number
  readonly stacked?: boolean
  /** Draws the limit of this alert as a line, or colours the number by it. */
  readonly limit?: LimitName
  /** Or by numbers from which on it is amber and red; descending when little is bad. */
  readonly steps?: readonly [amber: number, red: number]
  /** Shows examples of single requests, which lead to their traces. */
  readonly exemplars?: boolean
  /** Default: the Worker's own metrics. */
  readonly origin?: Origin
}

export interface Row {
  readonly title: string
  readonly panels: readonly PanelSpec[]
}

export interface Board {
  /** Also the file's name. */
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly rows: readonly Row[]
}
