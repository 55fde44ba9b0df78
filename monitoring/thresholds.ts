/**
 * Every number that an alert depends on. Change it here, then `node monitoring/generate.ts` writes the
 * rules, their tests and the table in README.md anew.
 */

/** When an alert fires: beyond `limit`, for as long as `forMinutes`. */
export interface Threshold {
  /**
   * Shares are from 0 to 1, durations in seconds, rates per second, sizes in bytes. Without one it is yes or no.
   */
  readonly limit?: number
  readonly forMinutes: number
}

/** A pair of windows in which a budget burns too fast. */
export interface BurnWindow {
  /** How many times as fast as the budget allows over 30 days. */
  readonly burnRate: number
  /** Prometheus durations: the long one says that it matters, the short one that it still goes on. */
  readonly long: string
  readonly short: string
  readonly severity: 'critical' | 'ticket'
  readonly forMinutes: number
}

/** What does not belong to one alert. */
export interface Settings {
  /**
   * Longest time between two samples, in seconds: of scrapes in production, of what apps push (the default of
   * OTEL_METRIC_EXPORT_INTERVAL), and so what panels reckon with. A test holds the configurations to it.
   */
  readonly intervalSeconds: number
  /** Where you serve the folder `runbooks`, without a slash at the end. */
  readonly runbookBaseUrl: string
  /** Where people reach Grafana, without a slash at the end: messages lead to its dashboards. */
  readonly grafanaUrl: string
  /** After how many minutes without an end whoever is on call asks for help. */
  readonly escalateMinutes: number
  /**
   * Names of services that must never be silent, whether anybody asks them or not. The others are missed when they
   * are silent at an hour that had traffic a week, or else a day, ago.
   */
  readonly services: readonly string[]
  /** When services are used that are not around the clock, by their names. Outside, no traffic is missed. */
  readonly hours: Readonly<Record<string, Hours>>
  /**
   * Queues whose consumer is missed as soon as it stops, whatever the traffic. Those that are not here are missed when
   * nothing is consumed at an hour that had messages yesterday, while there are senders.
   */
  readonly queues: readonly Queue[]
  /** Routes whose responses last as long as the client listens: no part of any latency. */
  readonly streamingRoutes: readonly string[]
  /** Routes to which new users POST, and are answered with a 2xx or 3xx once they have signed up. */
  readonly signUpRoutes: readonly string[]
  /** One id in so many is looked at: `oneIn` of `usersSeen` in the app. */
  readonly usersOneIn: number
  /** No sign-ups are missed where there are usually fewer a day. */
  readonly minSignUpsPerDay: number
  /** KV namespaces and buckets that are stores: a miss in them costs nothing. */
  readonly storesNotCaches: readonly string[]
  /** Events per second below which a hit ratio, or silence, says nothing. */
  readonly minPerSecond: number
  /**
   * No share pages unless more failures than this are in its window: a chance fault, and what is tried again for
   * its sake, are fewer.
   */
  readonly minFailures: number
  /** No quantile or mean pages unless more than this many in its window were slow. */
  readonly minSlow: number
  /** What had fewer requests per second in the same hour of last week may well have none for a while. */
  readonly busyPerSecond: number
  /** After how many hours a run of a cron trigger is missed, by what its expression says. */
  readonly cronHours: { readonly hourly: number; readonly daily: number; readonly weekly: number }
  /** What a month may cost at list prices, in USD, as `hono.cost` counts it: for each service. */
  readonly costBudgetUsd: number
  /** For how long a ticket about a single event stays open: from Friday evening to Monday morning. */
  readonly ticketHours: number
  /** Jobs that are exporters of databases and hosts: not services, whose customers would see that they are down. */
  readonly exporters: readonly string[]
}

/** Days and hours in UTC, as Prometheus has them: leave room for summer time. */
export interface Hours {
  /** 0 is Sunday. */
  readonly days: readonly number[]
  readonly fromHour: number
  /** The first hour that is outside. */
  readonly toHour: number
}

/** A queue, which senders know by their binding and consumers by its name. */
export interface Queue {
  readonly name: string
  /** Names of the bindings by which any Worker sends to it. */
  readonly bindings: readonly string[]
  /** Longest delay that messages are sent with, or that the queue gives them. */
  readonly delayMinutes: number
}

/** What is promised, over 30 days, and when its budget goes too fast. */
export interface Slo {
  /** Share of requests that are not answered with a 5xx. */
  readonly availability: number
  /** Share of requests that take less than so many seconds. */
  readonly latency: readonly { readonly seconds: number; readonly share: number }[]
  readonly windows: readonly BurnWindow[]
}

/** Yours to change. */
export const settings: Settings = {
  intervalSeconds: 60,
  runbookBaseUrl: 'https://runbooks.example.com/shop',
  grafanaUrl: 'https://grafana.example.com',
  escalateMinutes: 30,
  services: [],
  hours: {},
  queues: [{ name: 'shop-order-events', bindings: ['ORDER_EVENTS'], delayMinutes: 0 }],
  streamingRoutes: ['/events'],
  signUpRoutes: ['/account/sign-up'],
  usersOneIn: 1,
  minSignUpsPerDay: 10,
  storesNotCaches: ['CARTS', 'DOCUMENTS'],
  minPerSecond: 0.05,
  minFailures: 5,
  minSlow: 5,
  busyPerSecond: 0.05,
  cronHours: { hourly: 2, daily: 25, weekly: 169 },
  costBudgetUsd: 100,
  ticketHours: 64,
  exporters: ['postgres', 'mysql', 'redis', 'node', 'cadvisor'],
}

/** Yours to agree on. */
export const slo: Slo = {
  availability: 0.999,
  latency: [
    { seconds: 0.5, share: 0.95 },
    { seconds: 2, share: 0.99 },
  ],
  windows: [
    { burnRate: 14.4, long: '1h', short: '5m', severity: 'critical', forMinutes: 2 },
    { burnRate: 6, long: '6h', short: '30m', severity: 'critical', forMinutes: 2 },
    { burnRate: 3, long: '1d', short: '2h', severity: 'ticket', forMinutes: 2 },
    { burnRate: 1, long: '3d', short: '6h', severity: 'ticket', forMinutes: 2 },
  ],
}

const byAlert = {
  // Requests: shares that end in a 5xx, and seconds of the 95th percentile.
  ErrorRatioHigh: { limit: 0.05, forMinutes: 5 },
  ErrorRatioElevated: { limit: 0.01, forMinutes: 10 },
  RouteErrorRatioHigh: { limit: 0.05, forMinutes: 10 },
  LatencyElevated: { limit: 0.3, forMinutes: 30 },
  LatencyHigh: { limit: 1, forMinutes: 10 },
  LatencyCritical: { limit: 2, forMinutes: 5 },
  TrafficStopped: { forMinutes: 5 },
  RouteTrafficStopped: { forMinutes: 10 },

  // Who is let in: shares of those who bring a credential, refusals in ten minutes, shares of what is usual in a day.
  AuthFailureRatioHigh: { limit: 0.5, forMinutes: 10 },
  AuthFailuresSpike: { limit: 100, forMinutes: 2 },
  SignUpsStopped: { limit: 0.1, forMinutes: 30 },

  // The platform: shares of invocations or checks, bytes.
  ServiceDown: { forMinutes: 2 },
  HealthCheckFailing: { limit: 0.1, forMinutes: 2 },
  HealthCheckDegraded: { limit: 0.1, forMinutes: 10 },
  InvocationsExceededCpu: { limit: 0.001, forMinutes: 5 },
  InvocationsExceededMemory: { limit: 0.001, forMinutes: 5 },
  InvocationsFailing: { limit: 0.02, forMinutes: 5 },
  ScheduledJobFailing: { limit: 0, forMinutes: 0 },
  ScheduledJobMissed: { forMinutes: 15 },
  D1DatabaseLarge: { limit: 8 * 1024 * 1024 * 1024, forMinutes: 30 },
  ProcessMemoryHigh: { limit: 512 * 1024 * 1024, forMinutes: 15 },

  // What the service calls: shares that fail, and seconds of the 95th percentile.
  DatabaseElevated: { limit: 0.05, forMinutes: 30 },
  DatabaseSlow: { limit: 0.2, forMinutes: 10 },
  DatabaseFailing: { limit: 0.05, forMinutes: 5 },
  UpstreamSlow: { limit: 1, forMinutes: 10 },
  UpstreamFailing: { limit: 0.05, forMinutes: 5 },
  RpcSlow: { limit: 0.5, forMinutes: 10 },
  RpcFailing: { limit: 0.05, forMinutes: 5 },
  BindingSlow: { limit: 1, forMinutes: 10 },
  BindingFailing: { limit: 0.05, forMinutes: 5 },
  CacheHitRatioLow: { limit: 0.7, forMinutes: 15 },

  // Databases: shares of what there is, seconds, counts in 5 minutes.
  DatabaseUnreachable: { forMinutes: 2 },
  DatabaseConnectionsHigh: { limit: 0.8, forMinutes: 10 },
  DatabaseTransactionLong: { limit: 600, forMinutes: 5 },
  DatabaseReplicationLag: { limit: 60, forMinutes: 10 },
  DatabaseReplicationStopped: { forMinutes: 5 },
  RedisMemoryHigh: { limit: 0.9, forMinutes: 10 },
  RedisEvicting: { limit: 0, forMinutes: 15 },
  PoolNearlyExhausted: { limit: 0.8, forMinutes: 10 },
  PoolWaitLong: { limit: 0.1, forMinutes: 10 },
  PoolTimeouts: { limit: 5, forMinutes: 2 },

  // Hosts and containers: shares of what there is, restarts in half an hour.
  ExporterDown: { forMinutes: 5 },
  DiskFillingUp: { limit: 0.85, forMinutes: 10 },
  DiskFull: { limit: 0.95, forMinutes: 5 },
  DiskFullSoon: { forMinutes: 60 },
  InodesRunningOut: { limit: 0.9, forMinutes: 10 },
  HostCpuHigh: { limit: 0.9, forMinutes: 15 },
  HostMemoryHigh: { limit: 0.92, forMinutes: 10 },
  HostIoSaturated: { limit: 0.9, forMinutes: 15 },
  ContainerMemoryHigh: { limit: 0.9, forMinutes: 10 },
  ContainerOutOfMemory: { limit: 0, forMinutes: 0 },
  ContainerRestarting: { limit: 3, forMinutes: 0 },

  // Cost: how many times as fast as the month's budget allows.
  CostSpike: { limit: 14.4, forMinutes: 5 },
  CostElevated: { limit: 3, forMinutes: 30 },

  // Jobs: messages, shares of them, seconds.
  QueueSendFailing: { limit: 0.01, forMinutes: 5 },
  QueueBacklog: { limit: 1000, forMinutes: 10 },
  QueueWaitLong: { limit: 60, forMinutes: 10 },
  QueueConsumerStopped: { forMinutes: 10 },
  JobSlow: { limit: 15, forMinutes: 10 },
  JobVerySlow: { limit: 30, forMinutes: 5 },
  JobRetriesElevated: { limit: 0.02, forMinutes: 15 },
  JobFailing: { limit: 0.05, forMinutes: 10 },
  WorkflowStartFailing: { limit: 0.01, forMinutes: 5 },
  WorkflowFailing: { limit: 0.05, forMinutes: 10 },
  WorkflowRunFailed: { limit: 0, forMinutes: 0 },

  // Telemetry about the telemetry: shares of records, seconds, counts.
  TelemetryAbsent: { forMinutes: 5 },
  TelemetryDropped: { limit: 0.01, forMinutes: 10 },
  TelemetryExportSlow: { limit: 5, forMinutes: 15 },
  TelemetryCircuitOpen: { limit: 0, forMinutes: 10 },
  TracesSilent: { forMinutes: 15 },
  MetricsRefused: { limit: 0, forMinutes: 0 },
  MetricsOverflow: { limit: 0, forMinutes: 0 },
  MetricsConflict: { limit: 0, forMinutes: 5 },
  AggregatorExportFailing: { limit: 0, forMinutes: 10 },

  // What watches: counts in 15 minutes, shares of a queue.
  RulesFailing: { limit: 0, forMinutes: 5 },
  ConfigReloadFailed: { forMinutes: 5 },
  NotificationsFailing: { limit: 0, forMinutes: 5 },
  CollectorDown: { forMinutes: 2 },
  CollectorSendFailing: { limit: 0, forMinutes: 5 },
  CollectorRefusing: { limit: 0, forMinutes: 5 },
  CollectorQueueFull: { limit: 0.8, forMinutes: 5 },
  StoreWritesFailing: { limit: 0, forMinutes: 5 },
} as const satisfies Record<string, Threshold>

/** An alert with a threshold of its own: all but those of {@link slo}. */
export type LimitName = keyof typeof byAlert

/** By alert. */
export const limits: Readonly<Record<LimitName, Threshold>> = byAlert

/** All of it, so that a test can ask what other numbers would do. */
export interface Thresholds {
  readonly settings: Settings
  readonly slo: Slo
  readonly limits: Readonly<Record<LimitName, Threshold>>
}

/** What the committed rules are made from. */
export const thresholds: Thresholds = { settings, slo, limits }
