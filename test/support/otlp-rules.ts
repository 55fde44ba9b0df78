import { OtlpError } from './otlp-error.ts'

type Fields = Record<string, unknown>
type Rule = (object: Fields, path: string) => void

const METRIC_DATA = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']
const ID_CHARACTERS = table<number>({ traceId: 32, spanId: 16, parentSpanId: 16 })

/** Highest number that each enum field may hold; the lowest is 0. */
const ENUM_LIMIT = table<number>({
  kind: 5,
  code: 2,
  severityNumber: 24,
  aggregationTemporality: 2,
})

/** Lists that must hold something, by the name of the list their owner is in. */
const FILLED_LIST = table<string>({
  resourceSpans: 'scopeSpans',
  scopeSpans: 'spans',
  resourceMetrics: 'scopeMetrics',
  scopeMetrics: 'metrics',
  resourceLogs: 'scopeLogs',
  scopeLogs: 'logRecords',
  gauge: 'dataPoints',
  sum: 'dataPoints',
  histogram: 'dataPoints',
  exponentialHistogram: 'dataPoints',
  summary: 'dataPoints',
})

const anyValue: Rule = (object, path) => {
  const kinds = Object.keys(object)
  if (kinds.length > 1) throw new OtlpError(path, 'a value of one type', kinds)
}

const keyed: Rule = (object, path) => {
  if (typeof object.key !== 'string') {
    throw new OtlpError(`${path}.key`, 'a string', object.key)
  }
}

const identified: Rule = (object, path) => {
  for (const name of ['traceId', 'spanId']) {
    if (!object[name]) throw new OtlpError(`${path}.${name}`, 'present', object[name])
  }
}

const oneMetric: Rule = (object, path) => {
  const kinds = METRIC_DATA.filter((name) => name in object)
  if (kinds.length !== 1) throw new OtlpError(path, 'a metric of one type', kinds)
  const [kind = ''] = kinds
  const { aggregationTemporality } = object[kind] as Fields
  if (kind !== 'gauge' && kind !== 'summary' && !aggregationTemporality) {
    throw new OtlpError(`${path}.${kind}.aggregationTemporality`, '1 or 2', aggregationTemporality)
  }
}

const oneNumber: Rule = (object, path) => {
  if ('asDouble' in object === 'asInt' in object) {
    throw new OtlpError(path, 'a point with one of asDouble and asInt', object)
  }
}

/** Rules for the objects found under a name, as the value itself or as a member of a list. */
const RULES = table<Rule>({
  value: anyValue,
  body: anyValue,
  'arrayValue.values': anyValue,
  'kvlistValue.values': keyed,
  attributes: keyed,
  filteredAttributes: keyed,
  spans: identified,
  links: identified,
  metrics: oneMetric,
  'gauge.dataPoints': oneNumber,
  'sum.dataPoints': oneNumber,
  exemplars: oneNumber,
})

const LISTS_WITH_UNIQUE_KEYS = new Set(['attributes', 'filteredAttributes', 'kvlistValue.values'])

/**
 * Checks what comparing with a decoded copy cannot show, because the decoder keeps it as it is:
 * empty envelopes, ids, enum ranges, one-of groups, attribute keys.
 */
export function checkRules(request: Fields, envelope: string): void {
  checkFilledList(request, envelope, '')
  visit(request, '', '', '')
}

// Maps, because names come from the body: `constructor` must find nothing.
function table<T>(entries: Record<string, T>): ReadonlyMap<string, T> {
  return new Map(Object.entries(entries))
}

function visit(value: unknown, path: string, name: string, owner: string): void {
  if (Array.isArray(value)) {
    if (LISTS_WITH_UNIQUE_KEYS.has(name) || LISTS_WITH_UNIQUE_KEYS.has(`${owner}.${name}`)) {
      checkUniqueKeys(value, path)
    }
    for (const [index, item] of value.entries()) visit(item, `${path}[${index}]`, name, owner)
  } else if (typeof value === 'object' && value !== null) {
    checkObject(value as Fields, path, name, owner)
    for (const [field, child] of Object.entries(value)) {
      visit(child, path ? `${path}.${field}` : field, field, name)
    }
  } else {
    checkScalar(value, path, name)
  }
}

function checkObject(object: Fields, path: string, name: string, owner: string): void {
  RULES.get(name)?.(object, path)
  RULES.get(`${owner}.${name}`)?.(object, path)
  const list = FILLED_LIST.get(name)
  if (list !== undefined) checkFilledList(object, list, path)
}

function checkFilledList(object: Fields, list: string, path: string): void {
  const items = object[list]
  if (!Array.isArray(items) || items.length === 0) {
    throw new OtlpError(path ? `${path}.${list}` : list, 'a list with members', items)
  }
}

function checkScalar(value: unknown, path: string, name: string): void {
  const length = ID_CHARACTERS.get(name)
  if (length !== undefined && !isHexId(value, length)) {
    throw new OtlpError(path, `${length} lower-case hexadecimal characters`, value)
  }
  const limit = ENUM_LIMIT.get(name)
  if (limit !== undefined && !isEnumNumber(value, limit)) {
    throw new OtlpError(path, `an integer from 0 to ${limit}`, value)
  }
}

// An absent id may be written as "", the default of a bytes field.
function isHexId(value: unknown, length: number): boolean {
  return (
    value === '' ||
    (typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value))
  )
}

function isEnumNumber(value: unknown, limit: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= limit
}

function checkUniqueKeys(attributes: readonly unknown[], path: string): void {
  const seen = new Set<unknown>()
  for (const attribute of attributes) {
    const { key } = attribute as Fields
    if (seen.has(key)) throw new OtlpError(path, 'a list of unique keys', key)
    seen.add(key)
  }
}
