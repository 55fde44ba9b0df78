import { instrument, type ObservabilityOptions } from 'hono-observability'
import { record } from './metrics.ts'
import { type Analytics, readAnalytics, readStores } from './query.ts'
import { recordStores } from './stores.ts'

/** Adds up the minutes. */
export { MetricsAggregator } from 'hono-observability/aggregator'

interface Env {
  CLOUDFLARE_ACCOUNT_ID: string
  CLOUDFLARE_API_TOKEN: string
  /** Another address of the API, for tests. */
  CLOUDFLARE_GRAPHQL_URL?: string
}

const MINUTE_MS = 60_000

// Analytics arrive late: a minute that is read too early is counted too low, for ever.
const DELAY_MS = 5 * MINUTE_MS

const options: ObservabilityOptions = {
  service: { name: 'platform-metrics' },
  // One shard, so that a gauge has one value.
  metrics: { temporality: 'aggregator', shard: 'platform' },
}

const worker = {
  async scheduled(
    { scheduledTime }: { scheduledTime: number },
    { CLOUDFLARE_ACCOUNT_ID: account, CLOUDFLARE_API_TOKEN: token, CLOUDFLARE_GRAPHQL_URL }: Env,
  ): Promise<void> {
    // By the trigger's own time: each minute is read by one run, however late that is.
    const to = Math.floor((scheduledTime - DELAY_MS) / MINUTE_MS) * MINUTE_MS
    const url = CLOUDFLARE_GRAPHQL_URL ?? 'https://api.cloudflare.com/client/v4/graphql'
    const minute: Analytics = {
      url,
      account,
      token,
      from: new Date(to - MINUTE_MS),
      to: new Date(to),
    }
    record(await readAnalytics(minute))
    // Apart, so that what is said of Workers does not depend on an account's stores.
    recordStores(await readStores(minute))
  },
}

export default instrument(worker, options)
