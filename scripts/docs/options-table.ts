import { readFileSync } from 'node:fs'
import type { Option } from '../../src/base/options.ts'
import { otlpTable, signalTable } from '../../src/export/otlp/options.ts'
import { batchTable } from '../../src/export/pipeline/batch-options.ts'
import { logsTable } from '../../src/logs/options.ts'
import { metricsTable } from '../../src/metrics/options.ts'
import { httpTable } from '../../src/telemetry/config/http.ts'
import { optionsTable } from '../../src/telemetry/config/options.ts'
import { serviceTable } from '../../src/telemetry/config/service.ts'
import { spanLimitsTable, tailTable, tracesTable } from '../../src/traces/options.ts'
import { membersOf, type Said } from './members.ts'

type Rows = Readonly<Record<string, Option<never>>>

/** A group: its path, its rows, and the interface that says what they are for. */
interface Group {
  readonly path: string
  readonly rows: object
  readonly file: string
  readonly type: string
}

/** In the order in which groups stand where they are members of others. */
const GROUPS: readonly Group[] = [
  {
    path: '',
    rows: optionsTable(),
    file: 'telemetry/config/options',
    type: 'ObservabilityOptions',
  },
  { path: 'service', rows: serviceTable, file: 'telemetry/config/service', type: 'ServiceOptions' },
  { path: 'otlp', rows: otlpTable(), file: 'export/otlp/options', type: 'OtlpOptions' },
  { path: 'otlp.traces', rows: signalTable(), file: 'export/otlp/options', type: 'SignalOptions' },
  {
    path: 'otlp.batch',
    rows: batchTable,
    file: 'export/pipeline/batch-options',
    type: 'BatchOptions',
  },
  { path: 'traces', rows: tracesTable(), file: 'traces/options', type: 'TracesOptions' },
  { path: 'traces.tail', rows: tailTable, file: 'traces/options', type: 'TailOptions' },
  {
    path: 'traces.limits',
    rows: spanLimitsTable,
    file: 'traces/options',
    type: 'SpanLimitOptions',
  },
  { path: 'metrics', rows: metricsTable(), file: 'metrics/options', type: 'MetricsOptions' },
  { path: 'logs', rows: logsTable(), file: 'logs/options', type: 'LogsOptions' },
  { path: 'http', rows: httpTable(), file: 'telemetry/config/http', type: 'HttpOptions' },
]

/** Variables that are read by themselves, since they say more, or less, than an option alone. */
const APART: Readonly<Record<string, string>> = {
  resource: 'OTEL_RESOURCE_ATTRIBUTES',
  'service.version': 'OTEL_RESOURCE_ATTRIBUTES',
  'service.namespace': 'OTEL_RESOURCE_ATTRIBUTES',
  'service.environment': 'OTEL_RESOURCE_ATTRIBUTES',
  'otlp.endpoint': 'OTEL_EXPORTER_OTLP_ENDPOINT',
  'otlp.headers': 'OTEL_EXPORTER_OTLP_HEADERS',
  'otlp.timeoutMs': 'OTEL_EXPORTER_OTLP_TIMEOUT',
  'otlp.protocol': 'OTEL_EXPORTER_OTLP_PROTOCOL',
  'otlp.compression': 'OTEL_EXPORTER_OTLP_COMPRESSION',
  'otlp.traces': 'OTEL_TRACES_EXPORTER',
  'otlp.metrics': 'OTEL_METRICS_EXPORTER',
  'otlp.logs': 'OTEL_LOGS_EXPORTER',
  'otlp.traces.url': 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'otlp.traces.headers': 'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'otlp.traces.timeoutMs': 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT',
  'otlp.traces.protocol': 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  'otlp.traces.compression': 'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION',
  'traces.ratio': 'OTEL_TRACES_SAMPLER_ARG',
  'traces.propagator': 'OTEL_PROPAGATORS',
  'logs.console': 'LOG_FORMAT',
  'logs.otlp': 'OTEL_LOGS_EXPORTER',
  'http.knownMethods': 'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS',
}

/** Where there is more to read. */
const MORE: Readonly<Record<string, string>> = {
  otlp: 'delivery.md#several-destinations',
  'otlp.fetch': 'delivery.md#through-a-binding',
  'otlp.protocol': 'delivery.md#protobuf-and-compression',
  'otlp.spill': 'delivery.md#spill',
  'metrics.temporality': 'metrics.md#temporality',
  bindings: 'bindings.md',
  'logs.redact': 'logging.md#redaction',
  'http.observeBody': 'tracing.md#streamed-responses',
  'http.trustInbound': 'tracing.md#who-is-believed',
  'http.cf': 'tracing.md#where-it-ran',
  'http.enrich': 'tracing.md#attributes-of-your-own',
  'http.route': 'tracing.md#routes-that-hono-does-not-know',
  'http.ignore': 'tracing.md#requests-that-are-left-out',
  'traces.genai': 'ai.md#models',
  'traces.middleware': 'tracing.md#inside-a-request',
  'traces.fetchIgnore': 'tracing.md#outgoing-requests',
  native: 'interop.md#the-platforms-own-tracing',
}

const code = (text: string): string => `\`${text}\``

const variablesOf = ({ variable = [] }: Option<never>, option: string): string => {
  const names = [variable, APART[option] ?? []].flat()
  return names.length ? names.map(code).join(', then ') : '–'
}

const defaultOf = ({ default: value }: Option<never>, { fallback }: Said): string => {
  const given: unknown = value
  return (
    fallback ??
    (typeof given === 'string'
      ? code(given)
      : typeof given === 'number' || typeof given === 'boolean'
        ? code(String(given))
        : '')
  )
}

const rowsOf = ({ path, rows, file, type }: Group): string[] => {
  const source = readFileSync(new URL(`../../src/${file}.ts`, import.meta.url), 'utf8')
  return [...membersOf(source, type)].flatMap(([name, said]) => {
    const row = (rows as Rows)[name]
    if (!row) {
      throw new Error(`${type} has no row for ${name}`)
    }
    const option = path ? `${path}.${name}` : name
    const inner = GROUPS.find((group) => group.path === option)
    const more = MORE[option]
    const text = `${said.text}${more ? ` ([more](${more}))` : ''}`.replaceAll('|', '\\|')
    // A group that nothing is said of has but its members.
    const own =
      said.text || !inner
        ? [`| ${code(option)} | ${variablesOf(row, option)} | ${defaultOf(row, said)} | ${text} |`]
        : []
    return [...own, ...(inner ? rowsOf(inner) : [])]
  })
}

const BEGIN = '<!-- options -->'
const END = '<!-- end of options -->'

/** Every option with its variable, its default and what it is for. */
export const optionsTableText = (): string => {
  const rows = rowsOf(GROUPS[0] as Group)
  const unknown = Object.keys({ ...APART, ...MORE }).find(
    (option) => !rows.some((row) => row.startsWith(`| ${code(option)} |`)),
  )
  if (unknown) {
    throw new Error(`There is no option ${unknown}, of which something is to be said`)
  }
  return ['| option | variable | default | what it is |', '|---|---|---|---|', ...rows].join('\n')
}

/** The page with its table written anew between the two marks. */
export const withOptions = (page: string): string => {
  const [before, rest = ''] = page.split(BEGIN)
  const [, after] = rest.split(END)
  if (after === undefined) {
    throw new Error(`The page must have ${BEGIN} and ${END}`)
  }
  return `${before}${BEGIN}\n\n${optionsTableText()}\n\n${END}${after}`
}
