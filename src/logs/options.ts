import {
  type Check,
  callable,
  count,
  delay,
  either,
  flag,
  having,
  headerName,
  off,
  oneOf,
  ratio,
  text,
} from '../base/checks.ts'
import type { ConsoleForm } from '../base/console.ts'
import type { Environment } from '../base/environment.ts'
import { merge } from '../base/merge.ts'
import {
  defaultsOf,
  fieldsOf,
  type OptionTable,
  type Resolved,
  settingsOf,
} from '../base/options.ts'
import { arrayOf, groupOrFalse, groupOrFlag, recordOf, type Schema } from '../base/schema.ts'
import type { CallSites } from './call-sites.ts'
import type { Classifier } from './classify.ts'
import type { LogFormat } from './formats/format.ts'
import { parseLevel } from './levels.ts'
import type { RedactOptions } from './redact.ts'

/** What is logged, and where it goes. */
export interface LogsOptions {
  /** Lowest level that is written: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, `all` or `off`. Default `info`. */
  level?: string
  /** Levels of loggers by name, `{ db: 'debug', 'http.*': 'warn' }`. */
  levels?: Record<string, string>
  /**
   * Lines on the console: `string` for one line of JSON, `object` for the same as an object, a function such as
   * `pretty` for a form of your own, `false` for none. The function is told what `LOG_FORMAT` says, which does nothing
   * by itself. What it returns is written: nothing where that is undefined or null, as of one that writes by itself, and
   * the line of JSON where it throws or returns a promise, with one warning. Default `string`.
   */
  console?: ConsoleForm | false
  /**
   * The keys and values of lines on the console, by what receives them: `ecs`, `gcp`, `gcpProject('…')` or `datadog`, or a
   * function of the line as an object. Functions, so that a bundle has no format that is not used. What is exported by
   * OTLP stays as it is. Default `'default'`.
   */
  format?: LogFormat | 'default'
  /** One line for each request when it ends. Default true. */
  access?: boolean
  /** Share of access lines of successful, fast requests that is kept, from 0 to 1. Default 1. */
  accessRatio?: number
  /** Requests from this many milliseconds on are marked slow. Default 300. */
  slowThresholdMs?: number
  /** What must not be logged, beside what is known by name or looks. `false` turns redaction off. */
  redact?: RedactOptions | false
  /** Export records by OTLP too. Default: whether `OTEL_LOGS_EXPORTER` is `otlp`. */
  otlp?: boolean
  /** Turn calls of `console.*` into records. Patches the global console. Default false. */
  captureConsole?: boolean
  /** Response header that carries the `error.id` of a 5xx. Default none. */
  errorIdHeader?: string
  /** Longest line, in bytes. Default 131072, where Cloudflare cuts. At least 4096. */
  maxLineBytes?: number
  /**
   * Where lines come from, as `code.file.path`, `code.line.number`, `code.column.number` and `code.function.name`:
   * `errorSite` for lines about errors, by their own stacks, which costs next to nothing; `callSite` for all lines of
   * loggers, which takes a stack for each. Not where the app gives any of these fields. Default none.
   */
  caller?: CallSites
  /** Classes errors in addition to the built-in classifier, which is asked when this returns undefined. */
  classify?: Classifier
}

type Defaulted =
  | 'console'
  | 'format'
  | 'access'
  | 'accessRatio'
  | 'slowThresholdMs'
  | 'redact'
  | 'captureConsole'
  | 'maxLineBytes'

/** Options and environment, merged. */
export interface LogsConfig extends Omit<Resolved<LogsOptions, Defaulted>, 'level'> {
  /** `*` is always among them. */
  levels: Readonly<Record<string, string>>
  otlp: boolean
  /** Of `LOG_FORMAT`, for a function in `console`: any text, since other programs have it too. */
  lineFormat: string | undefined
}

const logLevel: Check<string> = {
  test: (value): value is string => typeof value === 'string' && parseLevel(value) !== undefined,
  expected: 'a log level: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, `all` or `off`',
}

const pattern: Check<RegExp> = {
  test: (value): value is RegExp => value instanceof RegExp,
  expected: 'a regular expression',
}

/** Shorter ones would be found in everything. */
const secret: Check<string> = {
  test: (value): value is string => typeof value === 'string' && value.length > 3,
  expected: 'a string of at least 4 characters',
}

export const logsTable = (): OptionTable<LogsOptions> => ({
  level: { of: logLevel, variable: ['LOG_LEVEL', 'OTEL_LOG_LEVEL'], default: 'info' },
  levels: { of: recordOf(text, logLevel) },
  console: {
    of: either(either(oneOf('string', 'object'), callable<(line: string) => unknown>()), off),
    default: 'string',
  },
  format: { of: either(oneOf('default'), callable<LogFormat>()), default: 'default' },
  access: { of: flag, default: true },
  accessRatio: { of: ratio, default: 1 },
  slowThresholdMs: { of: delay, default: 300 },
  redact: {
    of: groupOrFalse<RedactOptions>({
      keys: arrayOf(text),
      allow: arrayOf(text),
      paths: arrayOf(text),
      patterns: arrayOf(pattern),
      secrets: arrayOf(secret),
      censor: text,
    }),
    default: {},
  },
  otlp: { of: flag },
  captureConsole: { of: flag, default: false },
  errorIdHeader: { of: headerName },
  maxLineBytes: { of: count, default: 131_072 },
  caller: { of: having<CallSites>('ofError') },
  classify: { of: callable<Classifier>() },
})

export const logsSchema = (): Schema<LogsOptions | boolean> =>
  groupOrFlag<LogsOptions>(fieldsOf(logsTable()))

export const resolveLogs = (
  options: LogsOptions | boolean | undefined,
  environment: Environment,
): LogsConfig | false => {
  const { level: fallback, ...defaults } = defaultsOf<LogsOptions, Defaulted>(
    logsTable(),
    environment,
  )
  if (options === false) {
    return false
  }
  const { level, levels, ...others } = settingsOf(options)
  return merge<LogsConfig>(
    {
      ...defaults,
      levels: { '*': level ?? fallback ?? 'info', ...levels },
      otlp: environment.read('OTEL_LOGS_EXPORTER', oneOf('otlp', 'none')) === 'otlp',
      lineFormat: environment.read('LOG_FORMAT', text),
    },
    others,
  )
}
