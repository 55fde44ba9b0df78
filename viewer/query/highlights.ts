import { entriesOf, type Packed, type PackedAttributes, textOf } from '../otlp/value.ts'
import type { SpanKind } from './trace-item.ts'

/** A short name, and what it is. */
export type Highlight = [label: string, value: string]

/** Shown in this order, under these shorter names; older names of the same come after. */
const SHOWN: readonly (readonly [label: string, ...keys: string[]])[] = [
  ['status', 'http.response.status_code', 'http.status_code', 'rpc.grpc.status_code'],
  ['error', 'error.type'],
  ['db', 'db.system.name', 'db.system'],
  ['op', 'db.operation.name', 'db.operation'],
  ['binding', 'cloudflare.binding.type'],
  ['cache', 'hono.cache.result'],
  ['query', 'db.query.text', 'db.statement'],
  ['queue', 'messaging.destination.name'],
  ['messages', 'messaging.batch.message_count'],
  ['bytes', 'cloudflare.r2.response.size'],
  ['attempt', 'cloudflare.workflow.step.attempt'],
  ['late_ms', 'hono.scheduled.lateness_ms'],
  ['route', 'http.route'],
]

/** Says what kind of thing a binding is, where nothing else does. */
const SAY_AS_MUCH = ['db', 'queue', 'status']

const SHOWN_MAX = 6
const MAX_LENGTH = 120

/** Where each key is in {@link SHOWN}: this is looked up for each attribute of each span. */
const PLACES: ReadonlyMap<string, number> = new Map(
  SHOWN.flatMap(([, ...keys], place) => keys.map((key) => [key, place] as const)),
)

/** The attributes worth a place beside a span's bar, the most telling first. */
export function highlightsOf(attributes: PackedAttributes, kind: SpanKind): Highlight[] {
  const where = kind === 'client' ? 'url.full' : 'url.path'
  const found: (Packed | undefined)[] = []
  let url: Packed | undefined
  for (let i = 0; i < attributes.length; i += 2) {
    const key = attributes[i] as string
    const place = PLACES.get(key)
    // Of an older and a newer name, the first that comes.
    if (place !== undefined) found[place] ??= attributes[i + 1]
    else if (key === where) url = attributes[i + 1]
  }
  const labels = new Map<string, string>()
  for (const [place, [label]] of SHOWN.entries()) {
    if (found[place] !== undefined) labels.set(label, textOf(found[place]))
  }
  const shown: Highlight[] = [...labels].filter(
    ([label, value]) =>
      // A status code as error type says nothing new.
      !(label === 'error' && value === labels.get('status')) &&
      !(label === 'binding' && SAY_AS_MUCH.some((other) => labels.has(other))),
  )
  // A span made by hand carries only what its author wanted to see.
  if (shown.length === 0 && kind === 'internal') {
    for (const [key, value] of entriesOf(attributes.slice(0, 2 * SHOWN_MAX))) {
      shown.push([key, textOf(value)])
    }
  }
  if (url !== undefined && !labels.has('route')) shown.push(['url', textOf(url)])
  return shown
    .slice(0, SHOWN_MAX)
    .map(([label, value]) => [label.slice(0, MAX_LENGTH), shorten(value)])
}

function shorten(text: string): string {
  const line = text.slice(0, 2 * MAX_LENGTH).replace(/\s+/g, ' ')
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line
}
