import type { ObservabilityVariables } from 'hono-observability'

/** What `wrangler.toml` and the command line bind to the Worker. */
export interface Bindings {
  /** Products and orders. */
  DB: D1Database
  /** Shopping carts, one key each. */
  CARTS: KVNamespace
  /** The metrics aggregator. */
  METRICS: DurableObjectNamespace
  /** Bearer token of `/metrics`. Without it, nobody may read them. */
  METRICS_TOKEN?: string
  /** Base URL of the payment service. Without it, orders are refused with 503. */
  UPSTREAM_URL?: string
  /** Bearer token of `/admin/*`. Without it, every admin request is refused. */
  ADMIN_TOKEN?: string
}

/** The Hono environment of every app in the shop. */
export interface AppEnv {
  Bindings: Bindings
  Variables: ObservabilityVariables
}
