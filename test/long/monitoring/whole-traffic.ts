import { sendTraffic } from '../../../scripts/start/traffic.ts'
import { load } from '../../support/load.ts'
import type { RunningWorker } from '../../support/worker.ts'

/** Requests by method, route and status, as they were sent. */
export interface Traffic {
  readonly sent: Readonly<Record<string, number>>
  /** One of everything that the shop can do. */
  everything(): Promise<void>
  /** Many requests of one kind. */
  many(requests: number, path: string, route: string): Promise<void>
}

const ROUTES: readonly (readonly [path: RegExp, route: string])[] = [
  [/^\/orders\/[^/]+$/, '/orders/:id'],
  [/^\/orders\/[^/]+\/receipt$/, '/orders/:id/receipt'],
  [/^\/receipts\/[^/]+$/, '/receipts/:id'],
  [/^\/receipts\/[^/]+\/link$/, '/receipts/:id/link'],
  [/^\/carts\/.+$/, '/carts/:id'],
  [/^\/products\/.+$/, '/products/:id'],
  [/^\/api\/v1\/products\/.+$/, '/api/v1/products/:id'],
  [/^\/admin\/users\/.+$/, '/admin/users/:id'],
  [/^\/admin\/reports\/.+$/, '/admin/reports/:day'],
  [/^\/nothing-here$/, ''],
]

/** What the shop calls a path: one route in traces, metrics and logs. */
const routeOf = (path: string): string => ROUTES.find(([of]) => of.test(path))?.[1] ?? path

export function trafficTo(shop: RunningWorker, adminToken: string): Traffic {
  const sent: Record<string, number> = {}
  const count = (key: string, requests = 1): void => {
    sent[key] = (sent[key] ?? 0) + requests
  }
  return {
    sent,
    everything: () =>
      sendTraffic({
        baseUrl: shop.url,
        adminToken,
        closeDay: async (scheduledTime) => {
          await shop.scheduled({ cron: '50 23 * * *', scheduledTime })
        },
        onSent(request) {
          const [method = '', path = '', status = ''] = request.split(' ')
          if (path.startsWith('/')) count(`${method} ${routeOf(path)} ${status}`)
        },
        signal: AbortSignal.timeout(60_000),
      }),
    async many(requests, path, route) {
      const { statuses, errors } = await load({ url: shop.url, requests, clients: 8, path })
      if (errors) throw new Error(`Cannot load: ${errors} requests got no answer`)
      for (const [status, answers] of statuses) count(`GET ${route} ${status}`, answers)
    },
  }
}
