import { type CfGroup, cf } from 'hono-observability/cf'
import { describe, expect, it } from 'vitest'
import { catchTelemetry, FRONTS } from '../hostile/support.ts'

const CF = {
  colo: 'FRA',
  asn: 64_496,
  asOrganization: 'Example Net',
  country: 'DE',
  city: 'Köln',
  continent: 'EU',
  region: 'North Rhine-Westphalia',
  regionCode: 'NW',
  timezone: 'Europe/Berlin',
  httpProtocol: 'HTTP/2',
  tlsVersion: 'TLSv1.3',
  tlsCipher: 'AEAD-AES128-GCM-SHA256',
  botManagement: { score: 99, verifiedBot: false, ja3Hash: 'secret' },
}

const requestWith = (
  values: unknown,
  headers: HeadersInit = { 'cf-ray': '8f2c3d4e5f6a7b8c-FRA' },
) => Object.assign(new Request('http://shop.test/', { headers }), { cf: values })

it.each<[CfGroup, Record<string, unknown>]>([
  ['edge', { 'cloudflare.colo': 'FRA', 'cloudflare.ray_id': '8f2c3d4e5f6a7b8c' }],
  ['connection', { 'network.protocol.name': 'http', 'network.protocol.version': '2', 'tls.protocol.name': 'tls', 'tls.protocol.version': '1.3', 'tls.cipher': 'AEAD-AES128-GCM-SHA256' }],
  ['network', { 'cloudflare.asn': 64_496, 'cloudflare.as_organization': 'Example Net' }],
  ['geo', { 'geo.continent.code': 'EU', 'geo.country.iso_code': 'DE', 'geo.region.iso_code': 'DE-NW', 'geo.locality.name': 'Köln', 'geo.timezone': 'Europe/Berlin' }],
  ['bot', { 'cloudflare.bot_management.score': 99, 'cloudflare.bot_management.verified_bot': false }],
])('the group `%s` has these attributes and no others', (group, expected) => {
  expect(cf(group)(requestWith(CF))).toEqual(expected)
}) // biome-ignore format: one line each

describe('what is not known', () => {
  const all = cf('edge', 'connection', 'network', 'geo', 'bot')

  it.each([[undefined], [null], ['text']])('of %j has no attribute', (values) => {
    expect(all(requestWith(values))).toEqual({})
  })

  it('is left out, as is what Cloudflare says by an empty text', () => {
    const plain = { ...CF, tlsVersion: '', tlsCipher: '', city: '', regionCode: undefined, botManagement: undefined, asn: {} }
    const found = Object.keys(all(requestWith(plain, {})))
    expect(found.filter((key) => /tls|locality|region|bot|ray|asn/.test(key))).toEqual([])
  }) // biome-ignore format: one line each
})

it.each(FRONTS)('they are on the server span, with %s', async (_, front) => {
  const caught = catchTelemetry()
  const app = front(caught.options({ http: { cf: cf('edge') } }), (app) =>
    app.get('/', (c) => c.text('ok')),
  )
  await caught.send(app, requestWith(CF))
  expect(caught.text).toContain('{"key":"cloudflare.colo","value":{"stringValue":"FRA"}}')
  expect(caught.text).not.toContain('geo.')
})

it('a group that is none is refused', () => {
  const expected = '`groups` must be one of `edge`, `connection`, `network`, `geo`, `bot`, received'
  const message = `Cannot record \`request.cf\`: ${expected}`
  expect(() => cf('place' as never)).toThrow(new TypeError(`${message} "place"`))
  expect(() => cf('toString' as never)).toThrow(new TypeError(`${message} "toString"`))
  expect(() => (cf as () => unknown)()).toThrow(new TypeError(`${message} ""`))
})
