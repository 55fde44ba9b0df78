import { REGISTRY } from './protocol.ts'

/**
 * The name of the aggregator object that a request's metrics go to. By default each continent has its own: near
 * enough to its isolates, and with pushes of so many of them that they share what an object costs. Where the
 * continent is not known, each Cloudflare location has one.
 *
 * @param request The incoming request, for its `cf.continent` and `cf.colo`. Without these, `default`.
 * @param name Your own choice instead: the same for all requests for one object in all, or a tenant's name.
 * @throws {TypeError} if the name is empty, or that of the registry.
 * @example
 * ```ts workers
 * import { aggregatorShard } from 'hono-observability/aggregator'
 *
 * console.assert(aggregatorShard(new Request('https://shop.example.com/')) === 'default')
 * ```
 */
export const aggregatorShard = (request?: Request, name?: string): string =>
  shardOf((request as { cf?: unknown } | undefined)?.cf, name)

/** The same, from what Cloudflare tells of a request. */
export const shardOf = (cf: unknown, name?: string): string => {
  if (name === '' || name === REGISTRY) {
    throw new TypeError(
      `Cannot choose a shard: \`name\` must be non-empty and not '${REGISTRY}', received '${name}'`,
    )
  }
  const { continent, colo } = (cf ?? {}) as { colo?: unknown; continent?: unknown }
  const place = [continent, colo].find((one) => typeof one === 'string' && one !== '')
  return name ?? ((place as string | undefined) || 'default')
}
