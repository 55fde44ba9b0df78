import type { ShopRuntime } from './options.ts'

/** What to try next, as commands to paste. */
export function instructions(
  baseUrl: string,
  pageUrl: string,
  adminToken: string,
  metricsToken: string,
  runtime: ShopRuntime,
): string {
  const isWorker = runtime === 'workerd'
  const trigger = `  curl '${baseUrl}/cdn-cgi/handler/scheduled?cron=50+23+*+*+*'\n`
  const json = "-H 'content-type: application/json'"
  return `
The shop is at ${baseUrl}. Send it more; every request but health probes and scrapes prints its trace here,
and is at ${pageUrl} with its logs and metrics:

  curl ${baseUrl}/products/3
  curl -X PUT ${baseUrl}/carts/ada ${json} -d '{"items":[{"productId":1,"quantity":2}]}'
  curl ${baseUrl}/orders ${json} -d '{"cartId":"ada"}'
${isWorker ? trigger : ''}  curl -N ${baseUrl}/events
  curl ${baseUrl}/boom
  curl ${baseUrl}/health
  curl ${baseUrl}/metrics -H 'authorization: Bearer ${metricsToken}'
  curl ${baseUrl}/admin/users/ada -H 'authorization: Bearer ${adminToken}'

Ctrl-C ends it.
`
}
