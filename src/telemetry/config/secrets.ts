import type { Check } from '../../base/checks.ts'
import type { Environment } from '../../base/environment.ts'
import type { OtlpConfig } from '../../export/otlp/options.ts'

/** Shorter ones could be guessed. */
const MIN_LENGTH = 16

const secret: Check<string> = {
  test: (value): value is string => typeof value === 'string' && value.length >= MIN_LENGTH,
  expected: `at least ${MIN_LENGTH} characters`,
}

/**
 * `HONO_OBSERVABILITY_SECRET`: one secret, or several with commas, of which the first signs and all are accepted, so
 * that it can be changed while messages are on their way.
 */
export const resolveSecrets = ({ read }: Environment): readonly string[] =>
  (read('HONO_OBSERVABILITY_SECRET', { ...secret, test: isList, parse: split }) as
    | string[]
    | undefined) ?? []

const split = (text: string): never => text.split(',').map((each) => each.trim()) as never

const isList = (value: unknown): value is string =>
  Array.isArray(value) && value.length > 0 && value.every(secret.test)

/** Headers that hold a credential, by their names. */
const CREDENTIAL = /auth|key|token|secret|password|credential|team|dsn/i

/**
 * What signs trace contexts: the secrets that were set, or else the credentials of the first destination that has
 * any. Who knows these can write any telemetry there anyway.
 */
export const sealingSecrets = (
  secrets: readonly string[],
  otlp: readonly OtlpConfig[],
): readonly string[] => {
  if (secrets.length) {
    return secrets
  }
  for (const { traces, logs, metrics } of otlp) {
    const { headers = {} } = traces || logs || metrics || {}
    const credentials = Object.entries(headers)
      .filter(([name, value]) => CREDENTIAL.test(name) && value.length >= MIN_LENGTH)
      .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    if (credentials.length) {
      return [credentials.sort().join('\n')]
    }
  }
  return []
}
