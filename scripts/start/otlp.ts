import * as z from 'zod/mini'
import type { ReceivedSpan, SpanKind } from './span.ts'

const KINDS: SpanKind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer']
const STATUS_ERROR = 2
const FLAG_REMOTE_PARENT = 0x200

const keyValue = z.object({ key: z.string(), value: z.optional(z.unknown()) })
const attributes = z._default(z.array(keyValue), [])
const nano = z.string().check(z.regex(/^\d{1,20}$/))
const hexId = (bytes: number) =>
  z.string().check(z.regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`, 'i')))

const spanSchema = z.object({
  traceId: hexId(16),
  spanId: hexId(8),
  parentSpanId: z._default(z.union([hexId(8), z.literal('')]), ''),
  flags: z._default(z.int(), 0),
  name: z._default(z.string(), ''),
  kind: z._default(z.int(), 0),
  startTimeUnixNano: nano,
  endTimeUnixNano: nano,
  attributes,
  events: z._default(z.array(z.object({ name: z.string(), attributes })), []),
  links: z._default(z.array(z.object({ traceId: hexId(16), spanId: hexId(8) })), []),
  status: z._default(
    z.object({ code: z._default(z.int(), 0), message: z._default(z.string(), '') }),
    { code: 0, message: '' },
  ),
})

const requestSchema = z.object({
  resourceSpans: z._default(
    z.array(
      z.object({
        resource: z._default(z.object({ attributes }), { attributes: [] }),
        scopeSpans: z._default(
          z.array(z.object({ spans: z._default(z.array(spanSchema), []) })),
          [],
        ),
      }),
    ),
    [],
  ),
})

/** Writes an OTLP `AnyValue` as text. */
export function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  const [kind, content] = Object.entries(value)[0] ?? []
  if (kind === 'arrayValue') return `[${items(content).map(valueText).join(', ')}]`
  if (kind === 'kvlistValue') {
    return `{${items(content)
      .map((item) => `${entry(item).key}: ${valueText(entry(item).value)}`)
      .join(', ')}}`
  }
  return String(content ?? '')
}

function items(content: unknown): unknown[] {
  const values = (content as { values?: unknown } | null)?.values
  return Array.isArray(values) ? values : []
}

function entry(item: unknown): { key?: unknown; value?: unknown } {
  return (item ?? {}) as { key?: unknown; value?: unknown }
}

function toMap(list: z.infer<typeof attributes>): Map<string, string> {
  return new Map(list.map(({ key, value }) => [key, valueText(value)]))
}

function exceptionText(list: z.infer<typeof attributes>): string {
  const map = toMap(list)
  const parts = [map.get('exception.type'), map.get('exception.message')]
  return parts.filter(Boolean).join(': ')
}

function toSpan(span: z.infer<typeof spanSchema>, service: string): ReceivedSpan {
  return {
    traceId: span.traceId.toLowerCase(),
    spanId: span.spanId.toLowerCase(),
    parentSpanId: span.parentSpanId.toLowerCase(),
    remoteParent: (span.flags & FLAG_REMOTE_PARENT) !== 0,
    name: span.name,
    kind: KINDS[span.kind] ?? 'internal',
    service,
    startNano: BigInt(span.startTimeUnixNano),
    endNano: BigInt(span.endTimeUnixNano),
    failed: span.status.code === STATUS_ERROR,
    statusMessage: span.status.message,
    attributes: toMap(span.attributes),
    links: span.links.map(({ traceId, spanId }) => ({
      traceId: traceId.toLowerCase(),
      spanId: spanId.toLowerCase(),
    })),
    exceptions: span.events
      .filter((event) => event.name === 'exception')
      .map((event) => exceptionText(event.attributes)),
  }
}

/**
 * Reads the spans of an OTLP/JSON trace export request.
 *
 * @throws Error naming the first field that is not as OTLP says.
 */
export function readSpans(body: unknown): ReceivedSpan[] {
  const result = requestSchema.safeParse(body)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
  }
  return result.data.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = toMap(resource.attributes).get('service.name') ?? 'unknown_service'
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => toSpan(span, service)))
  })
}
