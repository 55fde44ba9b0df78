import { afterAll, beforeAll, expect, it } from 'vitest'
import { CLIENT, ERROR, type Harness, startHarness } from './harness.ts'

let harness: Harness

beforeAll(async () => {
  harness = await startHarness()
})

afterAll(async () => {
  await harness?.worker.stop()
})

it('Workflows and their instances: what is asked of them', async () => {
  const all = await harness.spansOf('workflow')
  expect(all.slice(0, 2)).toMatchObject([
    {
      name: 'create FLOW',
      kind: CLIENT,
      attributes: {
        'cloudflare.binding.type': 'Workflow',
        'cloudflare.workflow.operation': 'create',
      },
    },
    { name: 'get FLOW' },
  ])
  expect(all.at(-1)).toMatchObject({
    name: 'status FLOW',
    attributes: { 'cloudflare.workflow.instance.status': 'complete' },
  })
  expect(JSON.stringify(all)).not.toContain('cloudflare.workflow.instance.id')
})

it('Workflows that are created together, or do not exist', async () => {
  const [created] = await harness.spansOf('workflowBatch')
  expect(created).toMatchObject({
    name: 'createBatch FLOW',
    attributes: { 'cloudflare.workflow.instance.count': 2 },
  })
  expect(await harness.spansOf('workflowFails')).toMatchObject([
    { name: 'get FLOW', status: ERROR },
  ])
})

it('Images: a chain of transformations is one span', async () => {
  expect(await harness.spansOf('images')).toMatchObject([
    {
      name: 'output IMAGES',
      kind: CLIENT,
      attributes: {
        'cloudflare.binding.type': 'Images',
        'cloudflare.images.output.format': 'image/webp',
      },
    },
    { name: 'info IMAGES' },
  ])
})

it('rate limits: the outcome, without the key', async () => {
  const all = await harness.spansOf('rateLimit')
  expect(all.map(({ name }) => name)).toEqual(['limit LIMIT', 'limit LIMIT', 'limit LIMIT'])
  expect(all.map(({ attributes }) => attributes['hono.rate_limit.result'])).toEqual([
    'allowed',
    'allowed',
    'limited',
  ])
  expect(JSON.stringify(all)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/)
})

it('email: no addresses, no content', async () => {
  const all = await harness.spansOf('email')
  expect(all).toMatchObject([
    { name: 'send MAIL', kind: CLIENT, attributes: { 'cloudflare.binding.type': 'Email' } },
  ])
  expect(JSON.stringify(all)).not.toContain('secret')
})

it('Workers AI and Vectorize, recognised by the shape that they have on the platform', async () => {
  const [run] = await harness.spansOf('ai')
  expect(run).toMatchObject({
    name: 'chat @cf/test/model',
    status: ERROR,
    attributes: { 'gen_ai.request.model': '@cf/test/model', 'error.type': 'Error' },
  })
  expect(JSON.stringify(run)).not.toContain('secret')
  expect(await harness.spansOf('vectorize')).toMatchObject([
    { name: 'query INDEX', status: ERROR, attributes: { 'cloudflare.vectorize.query.top_k': 2 } },
  ])
})

it('Browser Run: its fetch', async () => {
  expect(await harness.spansOf('browser')).toMatchObject([
    {
      name: 'GET BROWSER',
      attributes: { 'cloudflare.binding.type': 'Browser', 'http.response.status_code': 404 },
    },
  ])
})

it('Analytics Engine, Hyperdrive and version metadata: no spans', async () => {
  expect(await harness.spansOf('analytics')).toEqual([])
  expect(await harness.spansOf('untouched')).toEqual([])
})
