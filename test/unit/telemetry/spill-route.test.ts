import { expect, it } from 'vitest'
import type { OtlpOptions } from '../../../src/export/otlp/options.ts'
import type { SpillRoute } from '../../../src/export/pipeline/spill.ts'
import { ensureTelemetry } from '../../../src/telemetry/ensure.ts'

const SECRET = 'HONO_OBSERVABILITY_SECRET'

/** What a store is told of the ways that these destinations have. */
const routesOf = (destinations: OtlpOptions[], env: object = {}): SpillRoute[] => {
  const routes: SpillRoute[] = []
  const spill = {
    open(route: SpillRoute) {
      routes.push(route)
      return { exporter: route.exporter, drain: undefined }
    },
  }
  const otlp = destinations.map((destination) => ({ ...destination, spill }))
  ensureTelemetry({ service: { name: 'shop' }, logs: { otlp: true }, otlp }, env)
  return routes
}

it('spans and log records of each destination can be stored, and metrics cannot', () => {
  const routes = routesOf([
    { endpoint: 'https://a.example' },
    { endpoint: 'https://b.example:4318' },
    { endpoint: 'https://a.example/other', compression: 'gzip' },
  ])
  expect(routes.map(({ scope, takesGzip }) => `${scope} ${takesGzip}`).sort()).toEqual([
    'shop/a.example/0/logs false',
    'shop/a.example/0/traces false',
    'shop/a.example/1/logs true',
    'shop/a.example/1/traces true',
    'shop/b.example:4318/0/logs false',
    'shop/b.example:4318/0/traces false',
  ])
})

it('batches are signed with the secrets of the environment, or else with the headers of their destination', () => {
  const endpoint = 'https://a.example'
  const headers = { 'X-B': '2', Authorization: '1' }
  const [withHeaders] = routesOf([{ endpoint, headers }])
  expect(withHeaders?.secrets).toEqual(['authorization: 1\nx-b: 2\n'])
  const [withSecret] = routesOf([{ endpoint, headers }], {
    [SECRET]: 'sixteen-characters-1,sixteen-characters-2',
  })
  expect(withSecret?.secrets).toEqual(['sixteen-characters-1', 'sixteen-characters-2'])
})

it('a destination without credentials signs with something all the same: no key may be empty', () => {
  const [route] = routesOf([{ endpoint: 'https://a.example' }])
  expect(route?.secrets).toEqual(['none'])
})
