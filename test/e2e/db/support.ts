import type { ReadableSpan } from 'hono-observability'
import { type InRequest, inRequest } from '../../unit/bindings/in-request.ts'

/** What a request does to a database, and what is told of it. */
export const during = <T>(work: () => Promise<T>): Promise<InRequest<T>> => inRequest({}, work)

/** Name and status of each span, in the order in which they ended. */
export const namesOf = (spans: readonly ReadableSpan[]): string[] =>
  spans.map(({ name, status }) => (status.code === 2 ? `${name} failed` : name))

export const attributesOf = (spans: readonly ReadableSpan[], index = 0) =>
  spans[index]?.attributes ?? {}

/** Everything that has been told, as text, for what must not be in it. */
export const toldBy = ({ spans, lines }: InRequest<unknown>): string =>
  JSON.stringify([
    spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    lines,
  ])

/** The value, or for histograms the count, of each state or pool of a metric of the pools whose names end so. */
export const ofPool = async (
  { points }: InRequest<unknown>,
  metric: string,
  poolName: string,
): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await points(`db.client.connection.${metric}`))
      .filter(({ attributes }) => attributes['db.client.connection.pool.name'] === poolName)
      .map(({ attributes, count, value }) => [
        String(attributes['db.client.connection.state'] ?? 'all'),
        count ?? value,
      ]),
  )
