import type { ReceivedSpan } from './span.ts'

/** Shown on every kind of span, in this order, under these shorter names. */
const SHOWN: [key: string, label: string][] = [
  ['http.response.status_code', 'status'],
  ['error.type', 'error.type'],
  ['db.system.name', 'db'],
  ['db.operation.name', 'op'],
  ['db.query.text', 'query'],
  ['messaging.destination.name', 'queue'],
  ['http.route', 'http.route'],
]

/** The attributes worth a place beside the bar, the most telling first. */
export function keyAttributes(span: ReceivedSpan): [label: string, value: string][] {
  const { attributes } = span
  // A span made by hand carries only what its author wanted to see.
  if (span.kind === 'internal') return [...attributes]
  const shown = SHOWN.flatMap(([key, label]): [string, string][] => {
    const value = attributes.get(key)
    // A status code repeated as error type says nothing new.
    const repeated = key === 'error.type' && value === attributes.get('http.response.status_code')
    return value === undefined || repeated ? [] : [[label, value]]
  })
  const where = span.kind === 'client' ? 'url.full' : 'url.path'
  const url = attributes.has('http.route') ? undefined : attributes.get(where)
  return url === undefined ? shown : [...shown, [where, url]]
}
