import { parseOtlpJson } from '../otlp/json.ts'
import type { Signal } from '../otlp/model.ts'
import { MalformedRequest, object } from '../otlp/shape.ts'
import type { Store } from '../store/store.ts'

/** What an import brought. */
export interface ImportResult {
  spans: number
  logs: number
  points: number
  rejected: number
  /** One sentence about what was refused; '' when nothing was. */
  message: string
}

const PARTS: readonly [key: string, signal: Signal, count: 'spans' | 'logs' | 'points'][] = [
  ['resourceSpans', 'traces', 'spans'],
  ['resourceLogs', 'logs', 'logs'],
  ['resourceMetrics', 'metrics', 'points'],
]

/** Stores an OTLP/JSON file, as `/api/traces/:id/otlp.json` writes it. All signals may be in it. */
export function importOtlp(store: Store, bytes: Uint8Array, nowMs: number): ImportResult {
  let request: unknown
  try {
    request = parseOtlpJson(new TextDecoder().decode(bytes))
  } catch {
    throw new MalformedRequest('The file is not JSON')
  }
  const file = object(request, 'file')
  if (!PARTS.some(([key]) => key in file)) {
    throw new MalformedRequest('The file has no resourceSpans, resourceLogs or resourceMetrics')
  }
  const result: ImportResult = { spans: 0, logs: 0, points: 0, rejected: 0, message: '' }
  const messages: string[] = []
  for (const [key, signal, count] of PARTS) {
    if (!(key in file)) continue
    const { items, rejected, message } = store.write(signal, file, nowMs)
    result[count] = items
    result.rejected += rejected
    if (message) messages.push(message)
  }
  return { ...result, message: messages.join('; ') }
}
