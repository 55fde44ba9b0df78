import { REGISTRY } from './protocol.ts'

/**
 * The name of the aggregator object that a request's metrics go to. By default each Cloudflare location has
 * its own, near its isolates: one object takes 200 to 500 pushes a second.
 *
 * @param request The incoming request, for its `cf.colo`. Without one, `default`.
 * @param name Your own choice instead: the same for all requests for one object in all, or a tenant's name.
 * @throws {TypeError} if the name is empty, or that of the registry.
 * @example
 * ```ts workers
 * import { aggregatorShard } from 'hono-observability/aggregator'
 *
 * console.assert(aggregatorShard(new Request('https://shop.example.com/')) === 'default')
 * ```
 */
export const aggregatorShard = (request?: Request, name?: string): string => {
  if (name === '' || name === REGISTRY) {
    throw new TypeError(
      `Cannot choose a shard: \`name\` must be non-empty and not '${REGISTRY}', received '${name}'`,
    )
  }
  const { cf } = (request ?? {}) as { cf?: { colo?: unknown } }
  return name ?? (typeof cf?.colo === 'string' && cf.colo ? cf.colo : 'default')
}
