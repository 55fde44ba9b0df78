import { type Context, type Link, trace } from '@opentelemetry/api'
import * as HONO_ATTR from '../base/hono-attributes.ts'
import { atOnce } from '../base/thenable.ts'
import { warnOnce } from '../base/warn.ts'
import { ROOT } from '../context/context.ts'
import { extractHeaders } from '../context/headers.ts'
import type { HttpConfig } from '../telemetry/config/http.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'

/** What the caller's headers mean for a server span. */
export interface InboundTrace {
  /** The span's parent, and its baggage. */
  readonly parent: Context
  /** To a caller's span that is not believed. */
  readonly links?: Link[]
}

/**
 * Reads the caller's trace context, which becomes the parent only if `http.trustInbound` says so. Of a caller that is
 * not believed, ids and flags remain, in a link: tracestate and baggage are bytes of the caller's choice.
 */
export const readInbound = (
  { config, propagator }: Telemetry,
  request: Request,
  active: Context,
): InboundTrace => {
  if (isTrusted(config.http, request)) {
    return { parent: extractHeaders(propagator, request.headers, active) }
  }
  const caller = trace.getSpanContext(extractHeaders(propagator, request.headers, ROOT))
  if (!caller || !trace.isSpanContextValid(caller)) {
    return { parent: active }
  }
  const { traceId, spanId, traceFlags } = caller
  return {
    parent: active,
    links: [
      {
        context: { traceId, spanId, traceFlags, isRemote: true },
        attributes: { [HONO_ATTR.linkReason]: 'untrusted_caller' },
      },
    ],
  }
}

/** Whether the trace context of this request is believed. */
export const isTrusted = ({ trustInbound }: HttpConfig, request: Request): boolean => {
  try {
    return typeof trustInbound === 'function'
      ? atOnce(trustInbound(request)) === true
      : trustInbound === true ||
          (trustInbound && trustInbound.includes(new URL(request.url).origin))
  } catch {
    warnOnce('`http.trustInbound` failed: the request is not trusted.')
    return false
  }
}
