import { gzipSync } from 'node:zlib'
import type { ViewerOptions } from '../../../../viewer/options.ts'
import { encodeRequest, type Signal } from '../../../support/otlp-messages.ts'

/** Settings that a test may ask for, wherever the store is. */
export type TestOptions = Pick<ViewerOptions, 'maxBytes' | 'maxAgeMs' | 'maxBodyBytes' | 'token'>

/** Sends a request to an empty store of its own. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>

/** Opens a store, in this process or in a Durable Object. */
export type Open = (options?: TestOptions) => Promise<Ask>

export type Json = Record<string, unknown>

/** What the API answers. Tests read it with their own expectations. */
// biome-ignore lint/suspicious/noExplicitAny: any shape, of any path
export type Answer = any

/** Reads from the API; fails for anything but success. */
export async function get(ask: Ask, path: string): Promise<Answer> {
  const response = await ask(path)
  const text = await response.text()
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

export type Encoding = 'json' | 'protobuf'

/** Sends an OTLP request that is given as OTLP/JSON. */
export function post(
  ask: Ask,
  signal: Signal,
  request: Json,
  { encoding = 'json', gzip = false }: { encoding?: Encoding; gzip?: boolean } = {},
): Promise<Response> {
  const bytes = encode(signal, request, encoding)
  return ask(`/v1/${signal}`, {
    method: 'POST',
    headers: {
      'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      ...(gzip && { 'content-encoding': 'gzip' }),
    },
    body: gzip ? new Uint8Array(gzipSync(bytes)) : bytes,
  })
}

/** Sends a request, and fails unless all of it was taken. */
export async function send(
  ask: Ask,
  signal: Signal,
  request: Json,
  encoding: Encoding = 'json',
): Promise<void> {
  const response = await post(ask, signal, request, { encoding })
  const text = await response.text()
  if (response.status !== 200 || (text !== '{}' && text !== '')) {
    throw new Error(`POST ${signal}: ${response.status} ${text}`)
  }
}

export function encode(signal: Signal, request: Json, encoding: Encoding): Uint8Array<ArrayBuffer> {
  if (encoding === 'json') return new TextEncoder().encode(JSON.stringify(request))
  return new Uint8Array(encodeRequest(signal, withBinaryIds(request) as Json))
}

const IDS = new Set(['traceId', 'spanId', 'parentSpanId'])

/** Ids as the generated code wants them. */
export function withBinaryIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBinaryIds)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      IDS.has(name) ? Buffer.from(child, 'hex').toString('base64') : withBinaryIds(child),
    ]),
  )
}
