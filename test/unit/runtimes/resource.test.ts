import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  forceFlush,
  type ObservabilityOptions,
  observability,
  shutdown,
} from '../../../src/index.ts'

afterEach(async () => {
  vi.unstubAllEnvs()
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
      'process.runtime.description': 'Node.js',
      'telemetry.sdk.name': 'hono-observability',
    })
  })

  it('has the version that Workers deployed: its tag, or else its id', async () => {
    expect(await resourceOf({ CF_VERSION_METADATA: VERSION })).toMatchObject({
      'service.version': 'v7',
      'faas.version': 'v7',
      'cloudflare.script_version.id': VERSION.id,
      'cloudflare.script_version.tag': 'v7',
      'cloudflare.script_version.timestamp': VERSION.timestamp,
    })
    const untagged = await resourceOf({ CF_VERSION_METADATA: { ...VERSION, tag: '' } })
    expect(untagged).toMatchObject({
      'service.version': VERSION.id,
      'faas.version': VERSION.id,
    })
    expect(untagged).not.toHaveProperty('cloudflare.script_version.tag')
  })

  it('has it whatever the binding is called, and takes nothing else for it', async () => {
    const KV = { get: async () => null }
    expect(await resourceOf({ KV, id: 'x', RELEASE: VERSION })).toMatchObject({
      'service.version': 'v7',
      'cloudflare.script_version.id': VERSION.id,
    })
    for (const other of [null, 7, { id: 'x', tag: 'v7' }, { ...VERSION, timestamp: 7 }]) {
      expect(await resourceOf({ RELEASE: other })).not.toHaveProperty('service.version')
    }
  })

  it.each([
    [
      'Deno Deploy',
      { DENO_DEPLOYMENT_ID: 'h7k2', DENO_TIMELINE: 'production' },
      {
        'cloud.provider': 'deno',
        'cloud.platform': 'deno.deploy',
        'service.version': 'h7k2',
        'faas.version': 'h7k2',
        'deployment.environment.name': 'production',
      },
    ],
    [
      'Vercel',
      {
        VERCEL: '1',
        VERCEL_REGION: 'cdg1',
        VERCEL_ENV: 'preview',
        VERCEL_DEPLOYMENT_ID: 'dpl_7',
        VERCEL_GIT_COMMIT_SHA: 'fa1eade4',
        // It runs functions on Lambda.
        AWS_LAMBDA_FUNCTION_NAME: 'x',
      },
      {
        'cloud.provider': 'vercel',
        'cloud.platform': 'vercel.functions',
        'cloud.region': 'cdg1',
        'service.version': 'fa1eade4',
        'faas.version': 'dpl_7',
        'deployment.environment.name': 'preview',
      },
    ],
    [
      'Lambda',
      {
        AWS_LAMBDA_FUNCTION_NAME: 'shop',
        AWS_LAMBDA_FUNCTION_VERSION: '7',
        AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/21/[7]aa',
        AWS_REGION: 'eu-west-1',
      },
      {
        'cloud.provider': 'aws',
        'cloud.platform': 'aws_lambda',
        'cloud.region': 'eu-west-1',
        'faas.name': 'shop',
        'faas.version': '7',
        'faas.instance': '2026/11/21/[7]aa',
      },
    ],
    [
      'Cloud Run',
      { K_SERVICE: 'shop', K_REVISION: 'shop-00007' },
      {
        'cloud.provider': 'gcp',
        'cloud.platform': 'gcp_cloud_run',
        'faas.name': 'shop',
        'faas.version': 'shop-00007',
      },
    ],
  ])('has what %s says of itself', async (_, variables, expected) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
    const resource = await resourceOf()
    expect(resource).toMatchObject({ ...expected, 'process.runtime.name': 'nodejs' })
    const ofPlatform = /^(cloud|faas|deployment)\.|^service\.version$/
    expect(Object.keys(resource).filter((key) => ofPlatform.test(key))).toHaveLength(
      Object.keys(expected).length,
    )
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
    expect(Object.keys(resource).join()).not.toMatch(/cloud|faas|host|pid/)
  })
})
