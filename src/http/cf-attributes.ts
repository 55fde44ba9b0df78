import type { Attributes } from '@opentelemetry/api'
import { isPrimitive, quote } from '../base/checks.ts'
import { mustBe } from '../base/messages.ts'
import { cfOf } from './cf.ts'

/** What may be recorded of where a request came from, and how. */
export type CfGroup = 'edge' | 'connection' | 'network' | 'geo' | 'bot'

/** `request.cf`, as far as it goes: which members there are depends on the zone. */
type Values = Readonly<Record<string, unknown>>

/** By the conventions' names, or else by those of Cloudflare's own export. */
const GROUPS: Readonly<Record<CfGroup, (cf: Values, headers: Headers) => Values>> = {
  edge: ({ colo }, headers) => ({
    'cloudflare.colo': colo,
    // With the data center behind it, which is an attribute of its own.
    'cloudflare.ray_id': headers.get('cf-ray')?.split('-')[0],
  }),
  connection({ httpProtocol, tlsVersion, tlsCipher }) {
    const [name, version] = text(httpProtocol).split('/')
    const tls = /^TLSv(.+)$/.exec(text(tlsVersion))?.[1]
    return {
      'network.protocol.name': name?.toLowerCase(),
      'network.protocol.version': version,
      'tls.protocol.name': tls && 'tls',
      'tls.protocol.version': tls,
      'tls.cipher': tlsCipher,
    }
  },
  network: ({ asn, asOrganization }) => ({
    'cloudflare.asn': asn,
    'cloudflare.as_organization': asOrganization,
  }),
  geo: ({ continent, country, regionCode, city, timezone }) => ({
    'geo.continent.code': continent,
    'geo.country.iso_code': country,
    'geo.region.iso_code': country && regionCode ? `${country}-${regionCode}` : undefined,
    'geo.locality.name': city,
    'geo.timezone': timezone,
  }),
  bot({ botManagement }) {
    const { score, verifiedBot } = (botManagement ?? {}) as Values
    return {
      'cloudflare.bot_management.score': score,
      'cloudflare.bot_management.verified_bot': verifiedBot,
    }
  },
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * Attributes of server spans that tell where on Cloudflare's network a request arrived, from where, and how. Each group is
 * asked for by its name; there is none by default. Where there is no `request.cf`, as in tests and outside Workers, there
 * is nothing.
 *
 * - `edge`: the data center (`cloudflare.colo`) and the ray (`cloudflare.ray_id`)
 * - `connection`: versions of HTTP (`network.protocol.*`) and TLS (`tls.*`)
 * - `network`: the client's network (`cloudflare.asn`, `cloudflare.as_organization`)
 * - `geo`: about where the client is, down to the city (`geo.*`)
 * - `bot`: score and verification of Bot Management, where the zone has it (`cloudflare.bot_management.*`)
 *
 * @param groups - At least one. What they tell may be personal data: `geo` and `network` most of all.
 * @returns What `http.cf` takes.
 * @throws TypeError when a group is not one of these.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { cf } from 'hono-observability/cf'
 *
 * const app = new Hono()
 * app.use(observability({ http: { cf: cf('edge', 'connection') } }))
 * ```
 */
export const cf = (...groups: [CfGroup, ...CfGroup[]]): ((request: Request) => Attributes) => {
  const unknown: unknown = groups.length
    ? groups.find((group) => !Object.hasOwn(GROUPS, group))
    : ''
  if (unknown !== undefined) {
    const expected = `one of ${quote(Object.keys(GROUPS))}`
    throw new TypeError(`Cannot record \`request.cf\`: ${mustBe('groups', expected, unknown)}`)
  }
  return (request) => {
    const values = cfOf(request)
    const attributes: Attributes = {}
    if (typeof values === 'object' && values) {
      for (const group of groups) {
        Object.assign(attributes, said(GROUPS[group](values as Values, request.headers)))
      }
    }
    return attributes
  }
}

/** Cloudflare says nothing by an empty text. */
const said = (values: Values): Attributes =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => isPrimitive(value) && value !== ''),
  ) as Attributes
