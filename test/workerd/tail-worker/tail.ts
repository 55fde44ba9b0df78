import { instrument } from 'hono-observability'
import { costs } from 'hono-observability/costs'
import { tailUsage } from 'hono-observability/usage'

interface Item {
  readonly event: { readonly request: { readonly url: string } }
}

const count = tailUsage({ costs: costs() })

/**
 * A workerd of one's own measures no CPU time: it says 0, where Cloudflare says milliseconds. What it is to be, the
 * request says by its query, so that it is known of each invocation; all else of the item is the platform's.
 */
const measured = (item: Item): object =>
  new Proxy(item, {
    get: (target, key) =>
      key === 'cpuTime'
        ? Number(new URL(target.event.request.url).searchParams.get('cpu'))
        : Reflect.get(target, key),
  })

export default instrument(
  { tail: (events: Item[]) => count(events.map(measured)) },
  {
    service: { name: 'tailed' },
    logs: false,
    metrics: { temporality: 'delta' },
    otlp: { batch: { maxLingerMs: 0 } },
  },
)
