import type { Sink } from '../../../support/otlp-sink.ts'

type Json = Record<string, unknown>

interface Pair {
  readonly key?: string
  readonly value: Json
}

/** A log record as OTLP/JSON has it, with the names of what it came under. */
export interface ShippedRecord {
  readonly scope: string
  readonly resource: Json
  readonly record: Json & {
    readonly timeUnixNano: string
    readonly body: unknown
    readonly attributes: Json
  }
}

/**
 * A value with whole numbers as text, beyond 2^53 as the number that they are, and members in the order of their
 * names: they have none in OTLP.
 */
const canonical = (value: Json): unknown => {
  const [kind, held] = Object.entries(value)[0] ?? []
  switch (kind) {
    case 'intValue':
      return Number.isSafeInteger(Number(held))
        ? { intValue: String(held) }
        : { doubleValue: Number(held) }
    case 'arrayValue':
      return ((held as { values?: Json[] }).values ?? []).map(canonical)
    case 'kvlistValue':
      return members((held as { values?: Pair[] }).values)
    default:
      return value
  }
}

const members = (pairs: readonly Pair[] = []): Json =>
  Object.fromEntries(
    pairs
      // A name of nothing is left out of JSON.
      .map(({ key = '', value }) => [`.${key}`, canonical(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

interface LogsRequest {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes?: readonly Pair[] }
    readonly scopeLogs: readonly {
      readonly scope: { readonly name?: string }
      readonly logRecords: readonly Json[]
    }[]
  }[]
}

/** All log records that a sink was sent as JSON, exactly. */
export const shipped = (sink: Sink): ShippedRecord[] =>
  sink.requests
    .filter(({ signal }) => signal === 'logs')
    .flatMap(({ text }) => (JSON.parse(text) as LogsRequest).resourceLogs)
    .flatMap(({ resource, scopeLogs }) =>
      scopeLogs.flatMap(({ scope, logRecords }) =>
        logRecords.map(({ attributes, body, timeUnixNano, ...record }) => ({
          scope: scope.name ?? '',
          resource: members(resource.attributes),
          record: {
            ...record,
            timeUnixNano: String(timeUnixNano),
            body: canonical((body ?? {}) as Json),
            attributes: members(attributes as Pair[] | undefined),
          },
        })),
      ),
    )

/** The texts of bodies that are texts. */
export const bodies = (sink: Sink): string[] =>
  shipped(sink).flatMap(({ record }) => (record.body as { stringValue?: string }).stringValue ?? [])
