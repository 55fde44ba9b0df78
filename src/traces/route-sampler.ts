import type { Sampler } from '@opentelemetry/api'
import { PatternRouter } from 'hono/router/pattern-router'
import { ratio } from '../base/checks.ts'
import { mustBe } from '../base/messages.ts'
import * as ATTR from '../base/semconv.ts'
import { parentBased, ratioSampler } from './sampler.ts'

/** A method before the path, as in `GET /orders`. */
const KEY = /^(?:([A-Z]+) )?(\/.*)$/

/**
 * A sampler with a ratio for each route: shares of new traces that begin with a request to it. It is asked before the
 * app runs, so a route here is a pattern that the path is compared with; the first that fits counts, in the order in which
 * they stand. A trace that begins elsewhere keeps its caller's decision. Each ratio is consistent probability sampling, as
 * `traces.ratio` is: services with other ratios agree, and counts can be scaled back.
 *
 * @param ratios - By path as Hono writes them (`/orders/:id`, `/files/*`, `/posts/:id{[0-9]+}`), with a method in front
 *   or for all of them: `{ 'POST /orders': 1, '/search': 0.01, '/assets/*': 0 }`. From 0 to 1.
 * @param rest - Of all other requests, and of what is no request: queues, crons. From 0 to 1. Default 1.
 * @returns A sampler for `traces.sampler`.
 * @throws TypeError when a ratio or a path is not what it should be.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { routeSampler } from 'hono-observability/sampler'
 *
 * const app = new Hono()
 * const sampler = routeSampler({ 'POST /orders': 1, '/assets/*': 0 }, 0.1)
 * app.use(observability({ traces: { sampler } }))
 * ```
 */
export const routeSampler = (ratios: Readonly<Record<string, number>>, rest = 1): Sampler => {
  const router = new PatternRouter<Sampler>()
  for (const [key, value] of Object.entries(ratios)) {
    const [, method = 'ALL', path] = KEY.exec(key) ?? []
    if (!path) {
      throw new TypeError(
        `Cannot sample by route: ${mustBe('ratios', 'paths like `/orders/:id`, with or without a method in front', key)}`,
      )
    }
    router.add(method, path, ratioSampler(checked(`ratios["${key}"]`, value)))
  }
  const other = ratioSampler(checked('rest', rest))
  return parentBased({
    shouldSample(context, traceId, name, kind, attributes, links) {
      const { [ATTR.urlPath]: path, [ATTR.requestMethod]: method } = attributes
      const [found] = typeof path === 'string' ? router.match(String(method), path)[0] : []
      return (found?.[0] ?? other).shouldSample(context, traceId, name, kind, attributes, links)
    },
    toString: () => 'RouteSampler',
  })
}

const checked = (name: string, value: number): number => {
  if (!ratio.test(value)) {
    throw new TypeError(`Cannot sample by route: ${mustBe(name, ratio.expected, value)}`)
  }
  return value
}
