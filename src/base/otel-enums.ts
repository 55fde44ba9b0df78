import type {
  SamplingDecision,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  ValueType,
} from '@opentelemetry/api'

/*
 * The numbers of the API's enums, which its types hold them to. At run time an enum is a table that maps both ways,
 * and together they weigh more in a bundle than all of their uses here.
 */

export const DECISION_NOT_RECORD: SamplingDecision.NOT_RECORD = 0
export const DECISION_RECORD: SamplingDecision.RECORD = 1
export const DECISION_RECORD_AND_SAMPLED: SamplingDecision.RECORD_AND_SAMPLED = 2

export const FLAG_SAMPLED: TraceFlags.SAMPLED = 1

export const KIND_INTERNAL: SpanKind.INTERNAL = 0
export const KIND_SERVER: SpanKind.SERVER = 1
export const KIND_CLIENT: SpanKind.CLIENT = 2
export const KIND_PRODUCER: SpanKind.PRODUCER = 3
export const KIND_CONSUMER: SpanKind.CONSUMER = 4

export const STATUS_UNSET: SpanStatusCode.UNSET = 0
export const STATUS_OK: SpanStatusCode.OK = 1
export const STATUS_ERROR: SpanStatusCode.ERROR = 2

export const VALUE_TYPE_INT: ValueType.INT = 0
export const VALUE_TYPE_DOUBLE: ValueType.DOUBLE = 1
