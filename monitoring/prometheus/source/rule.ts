import type { Series } from './series.ts'

export type Severity = 'critical' | 'warning' | 'ticket'

/** Who looks after it: the app, what it runs on and calls, or the telemetry itself. */
export type Team = 'application' | 'platform' | 'observability'

/** How a value reads in a sentence. */
export type Format = 'share' | 'seconds' | 'number' | 'bytes'

/** How an alert is shown to work. */
export interface AlertTest {
  /** The series in the middle of which the value is `level` times the limit; before and after, all is well. */
  readonly series: (level: number) => readonly Series[]
  /** The labels that the expression leaves. */
  readonly labels: Readonly<Record<string, string>>
  /** The value when it fires. Default: the limit times the level. */
  readonly value?: number
  /** Where there is no more or less, but yes or no, the levels at which it fires and does not. */
  readonly levels?: readonly [fires: number, silent: number]
  /** Minutes of good, bad and good times. */
  readonly minutes?: readonly [number, number, number]
  /** Minutes between two samples. */
  readonly stepMinutes?: number
  /** Its counters count seconds, of which no traffic makes more than pass. */
  readonly isShareOfTime?: boolean
  /** What else must be right: low traffic, schedules, what is none of its business. */
  readonly cases?: readonly AlertCase[]
}

/** Something that may happen, and how many alerts fire at the end of its middle phase, or never. */
export interface AlertCase {
  readonly name: string
  readonly series: readonly Series[]
  readonly minutes?: readonly [number, number, number]
  readonly stepMinutes?: number
  /** 0: at no time, up to the end of the last phase. */
  readonly firing: number
}

export interface Alert {
  readonly name: string
  readonly severity: Severity
  readonly team: Team
  /** Label that holds the service's name. Default `job`. */
  readonly service?: string
  readonly labels?: Readonly<Record<string, string>>
  /** One line; `{label}` stands for a label's value. */
  readonly summary: string
  /** `{value}` stands for what was measured, `{limit}` for the limit. */
  readonly description: string
  readonly format: Format
  readonly limit: number
  readonly forMinutes: number
  readonly expr: string
  /** What it asks for that nobody else does. */
  readonly recording?: readonly RecordingRule[]
  readonly test: AlertTest
}

export interface RecordingRule {
  readonly record: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
}

/** Rules that are evaluated one after the other. */
export interface RuleGroup {
  readonly name: string
  /** Prometheus evaluates it so often. */
  readonly intervalSeconds: number
  readonly recording?: readonly RecordingRule[]
  readonly alerts?: readonly Alert[]
}

/** The rules of one file. */
export interface RuleFile {
  /** Without its folder. */
  readonly file: string
  /** Files whose recordings it asks for. */
  readonly needs?: readonly string[]
  readonly groups: readonly RuleGroup[]
}
