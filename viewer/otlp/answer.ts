import type { Signal } from './model.ts'

/** How a request is encoded, and so its answer. */
export type Encoding = 'json' | 'protobuf'

const REJECTED_NAME: Record<Signal, string> = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
}

const CONTENT_TYPE: Record<Encoding, string> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
}

/** Success, whole or in part (OTLP specification, "Partial Success"). */
export function successAnswer(
  encoding: Encoding,
  signal: Signal,
  rejected: number,
  message: string,
): Response {
  const partial = rejected > 0 || message !== ''
  if (encoding === 'json') {
    const body = partial
      ? { partialSuccess: { [REJECTED_NAME[signal]]: String(rejected), errorMessage: message } }
      : {}
    return answer(encoding, 200, JSON.stringify(body))
  }
  const inner = [...integerField(1, rejected), ...stringField(2, message)]
  return answer(encoding, 200, new Uint8Array(partial ? lengthField(1, inner) : []))
}

/** An error as `google.rpc.Status`. The code is gRPC's. */
export function errorAnswer(
  encoding: Encoding,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  const code = status === 413 ? 8 : status >= 500 ? 14 : 3
  const body =
    encoding === 'json'
      ? JSON.stringify({ code, message })
      : new Uint8Array([...integerField(1, code), ...stringField(2, message)])
  return answer(encoding, status, body, headers)
}

function answer(
  encoding: Encoding,
  status: number,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': CONTENT_TYPE[encoding], ...headers },
  })
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}

const integerField = (id: number, value: number): number[] =>
  value ? [id * 8, ...varint(value)] : []

const lengthField = (id: number, bytes: readonly number[]): number[] => [
  id * 8 + 2,
  ...varint(bytes.length),
  ...bytes,
]

const stringField = (id: number, text: string): number[] =>
  text ? lengthField(id, [...new TextEncoder().encode(text)]) : []
