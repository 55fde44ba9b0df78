import { type SpanContext, TraceFlags } from '@opentelemetry/api'
import { environmentReader } from '../../runtimes/environment.ts'

/** Longer than any that Lambda sets. */
const MAX_LENGTH = 512

const ROOT = /^1-([\da-f]{8})-([\da-f]{24})$/
const PARENT = /^[\da-f]{16}$/

/**
 * The segment of X-Ray that Lambda runs this invocation in, where active tracing is on. It is in the environment, anew for
 * each invocation, in the form of the tracing header: `Root=1-…;Parent=…;Sampled=1`.
 */
export const xraySegment = (): SpanContext | undefined => {
  const text = environmentReader(undefined)('_X_AMZN_TRACE_ID')
  if (!text || text.length > MAX_LENGTH) {
    return undefined
  }
  const fields = new Map(
    text.split(';').map((field) => field.trim().split('=', 2) as [string, string]),
  )
  const [, time, random] = ROOT.exec(fields.get('Root') ?? '') ?? []
  const spanId = fields.get('Parent')
  return time && random && spanId && PARENT.test(spanId)
    ? {
        traceId: time + random,
        spanId,
        traceFlags: fields.get('Sampled') === '1' ? TraceFlags.SAMPLED : TraceFlags.NONE,
        isRemote: true,
      }
    : undefined
}
