import { type ForwardCounts, Forwarder } from './forward.ts'
import { LiveHub } from './live/hub.ts'
import { publishNews } from './live/publish.ts'
import {
  DEFAULT_MAX_AGE_MS,
  DEFAULT_MAX_BODY_BYTES,
  DEFAULT_MAX_BYTES,
  type ViewerOptions,
} from './options.ts'
import { Store } from './store/store.ts'

/** What `/api/status` says. */
export interface Status {
  startedMs: number
  /** Of the database, indexes included, without free pages. */
  storedBytes: number
  maxBytes: number
  maxAgeMs: number
  maxBodyBytes: number
  /** Readers of the live tail. */
  watchers: number
  /** A health route is set: `/api/health` answers. */
  health: boolean
  forward: ForwardCounts | null
}

/** The parts that routes share. */
export interface Backend {
  store: Store
  hub: LiveHub
  forwarder: Forwarder | undefined
  options: ViewerOptions & { maxBodyBytes: number }
  now: () => number
  status(): Status
}

/** Puts the parts together. */
export function createBackend(options: ViewerOptions): Backend {
  const {
    sql,
    maxBytes = DEFAULT_MAX_BYTES,
    maxAgeMs = DEFAULT_MAX_AGE_MS,
    maxBodyBytes = DEFAULT_MAX_BODY_BYTES,
    now = () => Date.now(),
  } = options
  const hub = new LiveHub(now)
  const limits = { maxBytes, maxAgeMs }
  const store = new Store(sql, limits, (news) => publishNews(hub, sql, news))
  const forwarder = options.forward && new Forwarder(options.forward)
  const startedMs = now()
  return {
    store,
    hub,
    forwarder,
    options: { ...options, maxBodyBytes },
    now,
    status: () => ({
      startedMs,
      storedBytes: store.retention.bytes,
      ...limits,
      maxBodyBytes,
      watchers: hub.listeners,
      health: options.healthUrl !== undefined,
      forward: forwarder?.counts ?? null,
    }),
  }
}
