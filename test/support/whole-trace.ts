import type { CapturedTelemetry } from '../../src/entries/testing.ts'

/** What depends on the machine, the time, or on nothing that a test is about. */
const LEFT_OUT =
  /^(?:server\.address|server\.port|url\.scheme|url\.query|faas\.coldstart|exception\.stacktrace|timestamp)$/

const kept = (attributes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(attributes)
      .filter(([key]) => !LEFT_OUT.test(key))
      .map(([key, value]) => [key, /_ms$/.test(key) ? 'ms' : value]),
  )

export interface Seen {
  /** `kind name`, and `!` in front where it is an error. */
  span: string
  attributes: Record<string, unknown>
  /** Names, or of an exception its type. */
  events?: string[]
  children?: Seen[]
}

/** All spans of a capture, each with all that it says, as a tree. */
export const wholeTrace = ({ spans }: Pick<CapturedTelemetry, 'spans'>): Seen[] => {
  const below = (parent: string | undefined): Seen[] =>
    spans
      .filter(({ parentSpanId }) => parentSpanId === parent)
      .map(({ name, kind, status, attributes, events, spanId }) => {
        const children = below(spanId)
        return {
          span: `${status === 'error' ? '!' : ''}${kind} ${name}`,
          attributes: kept(attributes),
          ...(events.length && {
            events: events.map((event) => String(event.attributes['exception.type'] ?? event.name)),
          }),
          ...(children.length && { children }),
        }
      })
  return below(undefined)
}

/** What was counted or measured in metrics with this beginning: how often, by which attributes. */
export const counted = (
  { metrics }: Pick<CapturedTelemetry, 'metrics'>,
  prefix: string,
): Record<string, unknown>[] =>
  metrics
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, attributes, value, count }) => ({ name, times: value ?? count, ...attributes }))

/** Of the access line what is not the same for all. */
export const accessLine = ({ logs }: Pick<CapturedTelemetry, 'logs'>): Record<string, unknown> => {
  const line = logs.find(({ logger }) => logger === 'access') ?? {}
  const same =
    /^(?:timestamp|logger|service|trace|span|request_id|url|http\.request|duration|severity)/
  return Object.fromEntries(Object.entries(line).filter(([key]) => !same.test(key)))
}

/** As {@link wholeTrace} has it: a span of the package's own kind, or of the app. */
export const span = (
  name: string,
  attributes: Record<string, unknown> = {},
  children: Seen[] = [],
  events: string[] = [],
): Seen => ({
  span: name,
  attributes,
  ...(events.length && { events }),
  ...(children.length && { children }),
})

/** A request's: `GET /orders/:id 200`, or without a route. What is particular to it may replace what is in its name. */
export const request = (
  said: string,
  path: string,
  children: Seen[] = [],
  attributes: Record<string, unknown> = {},
  events: string[] = [],
): Seen => {
  const failed = said.startsWith('!') ? '!' : ''
  const [method = '', ...rest] = said.replace('!', '').split(' ')
  const status = Number(rest.at(-1))
  const route = rest.length > 1 ? rest[0] : undefined
  const own = {
    'http.request.method': method,
    'url.path': path,
    ...(route && { 'http.route': route }),
    'http.response.status_code': status,
    ...attributes,
  }
  return span(`${failed}server ${method}${route ? ` ${route}` : ''}`, own, children, events)
}
