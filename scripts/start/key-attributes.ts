import type { ReceivedSpan } from './span.ts'

/** Shown in this order, under these shorter names. */
const SHOWN: [key: string, label: string][] = [
  ['http.response.status_code', 'status'],
  ['error.type', 'error.type'],
  ['db.system.name', 'db'],
  ['db.operation.name', 'op'],
  ['cloudflare.binding.type', 'binding'],
  ['hono.cache.result', 'cache'],
  ['db.query.text', 'query'],
  ['messaging.destination.name', 'queue'],
  ['messaging.batch.message_count', 'messages'],
  ['cloudflare.r2.response.size', 'bytes'],
  ['cloudflare.workflow.step.attempt', 'attempt'],
  ['hono.scheduled.lateness_ms', 'late_ms'],
  ['http.route', 'http.route'],
]

/** Says what kind of thing a binding is, where nothing else does. */
const SAY_AS_MUCH = ['db.system.name', 'messaging.system', 'http.response.status_code']

const isRepeated = (key: string, { attributes }: ReceivedSpan): boolean =>
  // A status code as error type says nothing new.
  (key === 'error.type' && attributes.get(key) === attributes.get('http.response.status_code')) ||
  (key === 'cloudflare.binding.type' && SAY_AS_MUCH.some((other) => attributes.has(other)))

/** The attributes worth a place beside the bar, the most telling first. */
export function keyAttributes(span: ReceivedSpan): [label: string, value: string][] {
  const { attributes } = span
  const shown = SHOWN.flatMap(([key, label]): [string, string][] => {
    const value = attributes.get(key)
    return value === undefined || isRepeated(key, span) ? [] : [[label, value]]
  })
  // A span made by hand carries only what its author wanted to see.
  if (span.kind === 'internal' && shown.length === 0) return [...attributes]
  const where = span.kind === 'client' ? 'url.full' : 'url.path'
  const url = attributes.has('http.route') ? undefined : attributes.get(where)
  return url === undefined ? shown : [...shown, [where, url]]
}
