import { type Check, oneOf } from '../../base/checks.ts'
import type { Environment } from '../../base/environment.ts'
import { merge } from '../../base/merge.ts'
import { parseLevel } from '../../logs/levels.ts'
import type { LogsConfig } from './config.ts'
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
