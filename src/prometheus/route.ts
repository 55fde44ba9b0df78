import { type Context, Hono } from 'hono'
import { openAggregator } from '../aggregator/read.ts'
import { describeThrown } from '../base/thrown.ts'
import { warnOnce } from '../base/warn.ts'
import type { AggregatorNamespace, ResourceMetrics } from '../export/aggregator/protocol.ts'
import { lackOf } from '../http/guarded.ts'
import { PROBE_MARK } from '../http/probe-mark.ts'
import { JSON_FORM, negotiate } from './negotiate.ts'
import { renderChunks } from './render.ts'
import { jsonChunks, streamAnswer } from './stream.ts'

interface PrometheusEnv<Bindings extends object> {
  Bindings: Bindings
  Variables: Record<string, unknown>
}

/** The context that callbacks get. */
export type PrometheusContext<Bindings extends object> = Context<PrometheusEnv<Bindings>>

/** Settings of `prometheusRoute`: a source, and who may read it. */
export interface PrometheusOptions<Bindings extends object = Record<string, unknown>> {
  /** Name of the Durable Object binding of the aggregator; all its shards are added up. */
  aggregator?: string
  /** Reads cumulative metrics from memory, where one process sees all requests. */
  from?: (
    c: PrometheusContext<Bindings>,
  ) => readonly ResourceMetrics[] | Promise<readonly ResourceMetrics[]>
  /** Bearer token that opens the route, or where to find it in the environment. An empty one opens nothing. */
  token?: string | ((env: Bindings) => string | undefined)
  /** Opens the route to the requests it returns true for. */
  authorize?: (c: PrometheusContext<Bindings>) => boolean | Promise<boolean>
  /** Opens the route to everyone. Default false. */
  public?: boolean
  /** Default `/metrics`. */
  path?: string
  /**
   * `underscores` writes `http_route` for `http.route`, which every Prometheus takes and all dashboards use;
   * `utf-8` leaves names as they are for scrapers that allow it. Default `underscores`.
   */
  names?: 'underscores' | 'utf-8'
  /**
   * Add `_created` to counters and histograms in OpenMetrics: since when they count. Prometheus stores them as series
   * of their own. Default false.
   */
  createdSeries?: boolean
  /** Add `otel_scope_name` and `otel_scope_version` to every series. Default true. */
  scopeLabels?: boolean
}

/**
 * Makes the `/metrics` route, as a Hono app to mount. GET and HEAD only. Answers in OpenMetrics 1.0 or the
 * Prometheus text format, as the `Accept` header asks, and in JSON for `?format=json`.
 * Closed unless `token`, `authorize` or `public` opens it.
 *
 * @throws {TypeError} when there is no source.
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { prometheusRoute } from 'hono-observability/prometheus'
 *
 * type Bindings = { METRICS_TOKEN: string }
 *
 * const app = new Hono<{ Bindings: Bindings }>()
 * app.route(
 *   '/',
 *   prometheusRoute<Bindings>({ aggregator: 'METRICS', token: (env) => env.METRICS_TOKEN }),
 * )
 * ```
 */
export const prometheusRoute = <Bindings extends object = Record<string, unknown>>(
  options: PrometheusOptions<Bindings>,
): Hono => {
  const read = sourceOf(options)
  const app = new Hono<PrometheusEnv<Bindings>>()
  app.all(options.path ?? '/metrics', async (c) => {
    c.set(PROBE_MARK, true)
    c.header('Cache-Control', 'no-store')
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      return c.text('Method Not Allowed\n', 405, { Allow: 'GET, HEAD' })
    }
    const refused = await refusal(c, options)
    if (refused) {
      return c.text(`${refused}\n`, 403)
    }
    const wanted = c.req.query('format') === 'json' ? JSON_FORM : negotiate(c.req.header('Accept'))
    const keepsUtf8 = wanted.allowsUtf8 && options.names === 'utf-8'
    try {
      const { resources, groups } = await read(c)
      const chunks =
        wanted.format === 'json'
          ? jsonChunks(groups)
          : renderChunks(resources, groups, {
              openMetrics: wanted.format === 'openmetrics',
              keepsUtf8,
              scopes: options.scopeLabels !== false,
              created: options.createdSeries === true,
            })
      const type = wanted.contentType + (keepsUtf8 ? '; escaping=allow-utf-8' : '')
      return await streamAnswer(c, chunks, type)
    } catch (error) {
      // Numbers with a part missing would be wrong numbers; a failed scrape is a gap.
      warnOnce(`the metrics cannot be read: ${describeThrown(error)}`)
      return c.text('The metrics cannot be read.\n', 503)
    }
  })
  return app as unknown as Hono
}

interface Source {
  readonly resources: readonly ResourceMetrics[]
  readonly groups: Iterable<readonly ResourceMetrics[]> | AsyncIterable<readonly ResourceMetrics[]>
}

const sourceOf = <Bindings extends object>({
  from,
  aggregator,
}: PrometheusOptions<Bindings>): ((c: PrometheusContext<Bindings>) => Promise<Source>) => {
  if (from) {
    return async (c) => {
      const resources = await from(c)
      return { resources, groups: [resources] }
    }
  }
  if (!aggregator) {
    throw new TypeError(
      'Cannot create the Prometheus route: `aggregator` or `from` must be set, received neither',
    )
  }
  return async (c) => {
    const namespace = (c.env as Record<string, AggregatorNamespace | undefined>)[aggregator]
    if (!namespace) {
      throw new TypeError(`\`env.${aggregator}\` must be a Durable Object namespace`)
    }
    return openAggregator(namespace, Date.now())
  }
}

const refusal = async <Bindings extends object>(
  c: PrometheusContext<Bindings>,
  options: PrometheusOptions<Bindings>,
): Promise<string | undefined> => {
  const lack = options.public === true ? undefined : await lackOf(c, options)
  return lack && REFUSALS[lack]
}

const REFUSALS = {
  token: 'Metrics need `Authorization: Bearer <token>`.',
  consent: 'Metrics need `authorize` of prometheusRoute() to return true.',
  way: 'Metrics are closed. Set `token` or `authorize`, or `public: true`, in prometheusRoute().',
} as const
