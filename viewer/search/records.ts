import type { LogDetail, Origin, SpanDetail } from '../otlp/model.ts'
import { attributeOf, type PackedAttributes, textOf } from '../otlp/value.ts'
import type { Row } from '../sql/sql.ts'
import { httpFacts } from '../store/http.ts'
import { levelOf } from '../store/levels.ts'
import type { Searchable } from './evaluate.ts'

const KINDS = ['unset', 'internal', 'server', 'client', 'producer', 'consumer']
const STATUSES = ['unset', 'ok', 'error']

/** Keys of a span that are no attributes. An attribute of the same name goes before. */
export const SPAN_KEYS = [
  'name',
  'service',
  'kind',
  'status',
  'duration',
  'route',
  'message',
] as const

/** Keys of a log record that are no attributes. */
export const LOG_KEYS = ['level', 'severity', 'service', 'event', 'body', 'trace'] as const

/** Columns of `spans s`, `resources r` and `traces t` that {@link searchableSpan} reads. */
export const SPAN_SEARCH_COLUMNS =
  's.name, s.kind, s.status, s.duration_ns, s.span_id, s.detail, r.service, r.content AS resource, t.trace_id'

/** A span's row as queries see it. */
export function searchableSpan(row: Row): Searchable {
  const detail = JSON.parse(String(row.detail)) as SpanDetail
  const own: Record<string, () => string> = {
    name: () => String(row.name),
    service: () => String(row.service),
    kind: () => KINDS[Number(row.kind)] ?? 'unset',
    status: () => STATUSES[Number(row.status)] ?? 'unset',
    duration: () => String(Number(row.duration_ns) / 1e6),
    route: () => httpFacts(detail.attributes).route,
    message: () => detail.statusMessage ?? '',
  }
  const events = detail.events?.slice(0, 16) ?? []
  return {
    value: valueIn(detail.attributes, own, String(row.resource)),
    hasText: words(() => [
      String(row.name),
      detail.statusMessage ?? '',
      ...stringsIn(detail.attributes),
      ...events.flatMap(({ name, attributes }) => [name, ...stringsIn(attributes)]),
    ]),
    ids: [String(row.trace_id), String(row.span_id)],
  }
}

/** A log record's row, with `resource`, as queries see it. */
export function searchableLog(row: Row): Searchable {
  const detail = JSON.parse(String(row.detail)) as LogDetail
  const own: Record<string, () => string> = {
    level: () => levelOf(Number(row.severity)),
    severity: () => String(row.severity),
    service: () => String(row.service),
    event: () => detail.eventName ?? '',
    body: () => textOf(detail.body),
    trace: () => String(row.trace_id),
  }
  return {
    value: valueIn(detail.attributes, own, String(row.resource)),
    hasText: words(() => [
      detail.eventName ?? '',
      textOf(detail.body),
      ...stringsIn(detail.attributes),
    ]),
    ids: [String(row.trace_id), String(row.span_id)],
  }
}

/** Looks a key up among attributes, then what the record is, then the attributes of its resource. */
export function valueIn(
  attributes: PackedAttributes,
  own: Record<string, () => string>,
  resource: string,
): Searchable['value'] {
  return (key) => {
    const attribute = attributeOf(attributes, key)
    if (attribute !== undefined) return textOf(attribute)
    const known = Object.hasOwn(own, key) ? own[key]?.() : undefined
    if (known) return known
    // Parsed only where the key may be in it.
    if (!resource.includes(JSON.stringify(key))) return undefined
    const found = attributeOf((JSON.parse(resource) as Origin).attributes, key)
    return found === undefined ? undefined : textOf(found)
  }
}

/** The values that are strings. */
export const stringsIn = (attributes: PackedAttributes): string[] =>
  attributes.filter((value, at): value is string => at % 2 === 1 && typeof value === 'string')

/** Words as the index has them: letters and digits. */
const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

function words(texts: () => string[]): Searchable['hasText'] {
  let known: Set<string> | undefined
  return (text) => {
    known ??= new Set(texts().flatMap(wordsIn))
    const all = known
    return (text.toLowerCase().match(/[\p{L}\p{N}]+\*?/gu) ?? []).every((word) =>
      word.endsWith('*')
        ? [...all].some((each) => each.startsWith(word.slice(0, -1)))
        : all.has(word),
    )
  }
}
