import type { ObservabilityVariables } from 'hono-observability'
import type { SessionVariables } from './accounts/session.ts'
import type {
  DocumentStore,
  FulfilmentRuns,
  KeyValueStore,
  OrderEvents,
  SqlDatabase,
  StockRooms,
} from './platform.ts'

/** What the shop is given: on Workers by `wrangler.toml` and the command line, elsewhere by `local/`. */
export interface Bindings {
  /** Products, orders, sales and accounts. */
  DB: SqlDatabase
  /** Shopping carts, one key each. */
  CARTS: KeyValueStore
  /** Receipts and sales reports, as files. */
  DOCUMENTS: DocumentStore
  /** What is on the shelves, and for whom it is held. */
  STOCK: StockRooms
  /** Orders that were placed, for those who need not be waited for. */
  ORDER_EVENTS: OrderEvents
  /** Brings an order from the shelf to the customer. */
  FULFILMENT: FulfilmentRuns
  /** Bearer token of `/metrics`. Without it, nobody may read them. */
  METRICS_TOKEN?: string
  /** Base URL of the payment service. Without it, orders are refused with 503. */
  UPSTREAM_URL?: string
  /** Bearer token of `/admin/*`. Without it, every admin request is refused. */
  ADMIN_TOKEN?: string
  /** Signs sessions and links. Without it, there are no accounts: 503. */
  SESSION_SECRET?: string
  /** How long unpaid goods are held. Default 600 seconds. */
  HOLD_SECONDS?: string
}

/** The Hono environment of every app in the shop. */
export interface AppEnv {
  Bindings: Bindings
  Variables: ObservabilityVariables &
    SessionVariables & {
      /** Who logs in with the right password. */
      accountId: string
    }
}
