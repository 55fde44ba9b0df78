/** How a field is read. A message's name stands for the message. */
type Kind =
  | 'string'
  | 'hex'
  | 'base64'
  | 'bool'
  | 'int32'
  | 'uint32'
  | 'sint32'
  | 'int64'
  | 'uint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64'
  | 'double'

/** One field: its name in OTLP/JSON, its kind or message, and whether it repeats. */
export interface Field {
  name: string
  kind: Kind | undefined
  message: string | undefined
  repeated: boolean
}

/** The fields of a message by their numbers. */
export type Message = readonly (Field | undefined)[]

/**
 * The messages of OTLP 1.x (opentelemetry-proto), each field as `number name kind`, with `*` for
 * repeated ones. What is not here is skipped, as protobuf demands.
 */
const SOURCE: Record<string, string> = {
  traces: '1 resourceSpans ResourceSpans*',
  ResourceSpans: '1 resource Resource, 2 scopeSpans ScopeSpans*, 3 schemaUrl string',
  ScopeSpans: '1 scope Scope, 2 spans Span*, 3 schemaUrl string',
  Span: `1 traceId hex, 2 spanId hex, 3 traceState string, 4 parentSpanId hex, 5 name string,
    6 kind int32, 7 startTimeUnixNano fixed64, 8 endTimeUnixNano fixed64, 9 attributes KeyValue*,
    10 droppedAttributesCount uint32, 11 events Event*, 12 droppedEventsCount uint32,
    13 links Link*, 14 droppedLinksCount uint32, 15 status Status, 16 flags fixed32`,
  Event: `1 timeUnixNano fixed64, 2 name string, 3 attributes KeyValue*,
    4 droppedAttributesCount uint32`,
  Link: `1 traceId hex, 2 spanId hex, 3 traceState string, 4 attributes KeyValue*,
    5 droppedAttributesCount uint32, 6 flags fixed32`,
  Status: '2 message string, 3 code int32',
  metrics: '1 resourceMetrics ResourceMetrics*',
  ResourceMetrics: '1 resource Resource, 2 scopeMetrics ScopeMetrics*, 3 schemaUrl string',
  ScopeMetrics: '1 scope Scope, 2 metrics Metric*, 3 schemaUrl string',
  Metric: `1 name string, 2 description string, 3 unit string, 5 gauge Gauge, 7 sum Sum,
    9 histogram Histogram, 10 exponentialHistogram ExponentialHistogram, 11 summary Summary,
    12 metadata KeyValue*`,
  Gauge: '1 dataPoints NumberPoint*',
  Sum: '1 dataPoints NumberPoint*, 2 aggregationTemporality int32, 3 isMonotonic bool',
  Histogram: '1 dataPoints HistogramPoint*, 2 aggregationTemporality int32',
  ExponentialHistogram: '1 dataPoints ExponentialPoint*, 2 aggregationTemporality int32',
  Summary: '1 dataPoints SummaryPoint*',
  NumberPoint: `2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 asDouble double,
    5 exemplars Exemplar*, 6 asInt sfixed64, 7 attributes KeyValue*, 8 flags uint32`,
  HistogramPoint: `2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 count fixed64,
    5 sum double, 6 bucketCounts fixed64*, 7 explicitBounds double*, 8 exemplars Exemplar*,
    9 attributes KeyValue*, 10 flags uint32, 11 min double, 12 max double`,
  ExponentialPoint: `1 attributes KeyValue*, 2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64,
    4 count fixed64, 5 sum double, 6 scale sint32, 7 zeroCount fixed64, 8 positive Buckets,
    9 negative Buckets, 10 flags uint32, 11 exemplars Exemplar*, 12 min double, 13 max double,
    14 zeroThreshold double`,
  Buckets: '1 offset sint32, 2 bucketCounts uint64*',
  SummaryPoint: `2 startTimeUnixNano fixed64, 3 timeUnixNano fixed64, 4 count fixed64, 5 sum double,
    6 quantileValues Quantile*, 7 attributes KeyValue*, 8 flags uint32`,
  Quantile: '1 quantile double, 2 value double',
  Exemplar: `2 timeUnixNano fixed64, 3 asDouble double, 4 spanId hex, 5 traceId hex,
    6 asInt sfixed64, 7 filteredAttributes KeyValue*`,
  logs: '1 resourceLogs ResourceLogs*',
  ResourceLogs: '1 resource Resource, 2 scopeLogs ScopeLogs*, 3 schemaUrl string',
  ScopeLogs: '1 scope Scope, 2 logRecords LogRecord*, 3 schemaUrl string',
  LogRecord: `1 timeUnixNano fixed64, 2 severityNumber int32, 3 severityText string, 5 body AnyValue,
    6 attributes KeyValue*, 7 droppedAttributesCount uint32, 8 flags fixed32, 9 traceId hex,
    10 spanId hex, 11 observedTimeUnixNano fixed64, 12 eventName string`,
  Resource: '1 attributes KeyValue*, 2 droppedAttributesCount uint32',
  Scope: `1 name string, 2 version string, 3 attributes KeyValue*,
    4 droppedAttributesCount uint32`,
  KeyValue: '1 key string, 2 value AnyValue',
  AnyValue: `1 stringValue string, 2 boolValue bool, 3 intValue int64, 4 doubleValue double,
    5 arrayValue ArrayValue, 6 kvlistValue KeyValueList, 7 bytesValue base64`,
  ArrayValue: '1 values AnyValue*',
  KeyValueList: '1 values KeyValue*',
}

const parse = (source: string): Message => {
  const message: (Field | undefined)[] = []
  for (const text of source.split(',')) {
    const [number = '', name = '', type = ''] = text.trim().split(' ')
    const repeated = type.endsWith('*')
    const base = repeated ? type.slice(0, -1) : type
    const isMessage = base in SOURCE
    message[Number(number)] = {
      name,
      repeated,
      kind: isMessage ? undefined : (base as Kind),
      message: isMessage ? base : undefined,
    }
  }
  return message
}

const parsed = /* @__PURE__ */ new Map<string, Message>()

/** The fields of a message; of a request by the name of its signal. */
export function messageOf(name: string): Message {
  let message = parsed.get(name)
  if (!message) {
    message = parse(SOURCE[name] as string)
    parsed.set(name, message)
  }
  return message
}
