import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import {
  forceFlush,
  type ObservabilityOptions,
  observability,
  shutdown,
} from '../../../src/index.ts'

afterEach(async () => {
  await shutdown()
})

interface Attribute {
  key: string
  value: { stringValue?: string }
}

/** The resource that is sent, of an app with these bindings. */
const resourceOf = async (
  bindings: Record<string, unknown> = {},
  options: ObservabilityOptions = {},
): Promise<Record<string, string | undefined>> => {
  let attributes: Attribute[] = []
  const app = new Hono()
  app.use(
    observability({
      logs: false,
      metrics: false,
      ...options,
      otlp: {
        fetch: async (_url, { body }) => {
          attributes = JSON.parse(String(body)).resourceSpans[0].resource.attributes
          return new Response('{}')
        },
      },
    }),
  )
  await app.request('/', {}, bindings)
  await forceFlush()
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))
}

const VERSION = { id: 'f2d7b0b4-2f44-4d4f-a1ff-6f6f2f8c6a11', tag: 'v7', timestamp: '2026-11-21' }

describe('the resource', () => {
  it('names the runtime and its version', async () => {
    expect(await resourceOf()).toMatchObject({
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      'telemetry.sdk.name': 'hono-observability',
    })
  })

  it('has the version that Workers deployed: its tag, or else its id', async () => {
    expect(await resourceOf({ CF_VERSION_METADATA: VERSION })).toMatchObject({
      'service.version': 'v7',
      'faas.version': 'v7',
      'cloudflare.script_version.id': VERSION.id,
    })
    expect(await resourceOf({ CF_VERSION_METADATA: { ...VERSION, tag: '' } })).toMatchObject({
      'service.version': VERSION.id,
      'faas.version': VERSION.id,
    })
  })

  it('has the version that Deno Deploy deployed', async () => {
    expect(await resourceOf({ DENO_DEPLOYMENT_ID: 'h7k2' })).toMatchObject({
      'service.version': 'h7k2',
      'faas.version': 'h7k2',
    })
  })

  it('has the app’s own version rather than the platform’s', async () => {
    const service = { version: '1.4.2' }
    expect(await resourceOf({ CF_VERSION_METADATA: VERSION }, { service })).toMatchObject({
      'service.version': '1.4.2',
      'faas.version': 'v7',
    })
    const bindings = {
      DENO_DEPLOYMENT_ID: 'h7k2',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.4.3',
    }
    expect((await resourceOf(bindings))['service.version']).toBe('1.4.3')
  })

  it('has no version where nothing tells', async () => {
    const resource = await resourceOf({ CF_VERSION_METADATA: 'a variable of that name' })
    expect(Object.keys(resource).filter((key) => key.endsWith('version'))).toEqual([
      'telemetry.sdk.version',
      'process.runtime.version',
    ])
  })
})
