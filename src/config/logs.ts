import { parseLevel } from '../logs/levels.ts'
import { type Check, oneOf } from './checks.ts'
import type { LogsConfig } from './config.ts'
import type { Environment } from './environment.ts'
import { merge } from './merge.ts'
import type { LogsOptions } from './options.ts'

export const logLevel: Check<string> = {
  test: (value): value is string => typeof value === 'string' && parseLevel(value) !== undefined,
  expected: 'a log level: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, `all` or `off`',
}

export function resolveLogs(
  options: LogsOptions | false | undefined,
  env: Environment,
): LogsConfig | false {
  const fromEnvironment = env.read('LOG_LEVEL', logLevel, '') ?? env.read('LOG_LEVEL', logLevel)
  if (options === false) {
    return false
  }
  const { level, levels, ...others } = options ?? {}
  return merge<LogsConfig>(
    {
      levels: { '*': level ?? fromEnvironment ?? 'info', ...levels },
      console: 'string',
      access: true,
      accessRatio: 1,
      slowThresholdMs: 300,
      redact: {},
      otlp: env.read('LOGS_EXPORTER', oneOf('otlp', 'none')) === 'otlp',
      captureConsole: false,
      errorIdHeader: undefined,
      maxLineBytes: 131_072,
      classify: undefined,
    },
    others,
  )
}
