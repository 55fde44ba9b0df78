import type { Attributes } from '@opentelemetry/api'
import type { Context } from 'hono'
import type { NativeTelemetry } from './native-telemetry.ts'
import type { EditableHeaders, ReadableHeaders } from './plain-headers.ts'

/** Cloudflare's own tracing is not the API's provider. */
export const nativeTelemetry = (): NativeTelemetry => ({ traces: false, metrics: false })

/** A Worker's platform needs no variables to be known. */
export const platformResource = (): Attributes | undefined => undefined

/** A Worker is not a process. */
export const processResource = (): Attributes | undefined => undefined

/** A Worker has no end to prepare for. */
export const flushItself = (): void => {}

/** Nothing is sent past the response that a handler returns. */
export const sentThrough = (): undefined => undefined

export const whenSent = (): void => {}

/** There is one for each request from outside. A Durable Object has none, nor what is called without. */
export const executionCtxOf = (c: Context): unknown => {
  try {
    return c.executionCtx
  } catch {
    return undefined
  }
}

export const tellsStreams = (): boolean => true

/** What the runtime and what JavaScript made is told apart by trying: asking for a body changes nothing. */
export const streamIn = (
  response: Response,
  known: ReadableStream | undefined,
): ReadableStream | undefined => known ?? response.body ?? undefined

/** The same response with another body, which JavaScript hands on. */
export const withBody = (body: BodyInit | null, response: Response): Response =>
  new Response(body, response)

/** Length and encoding of a body go with it. */
export const copyResponse = (response: Response): Response | undefined =>
  withBody(response.body, response)

export const headersOf = ({ headers }: Response): ReadableHeaders => headers

export const editHeaders = (
  { headers }: Response,
  edit: (headers: EditableHeaders) => void,
): void => edit(headers)
