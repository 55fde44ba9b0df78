import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningWorker, startWorker } from '../../support/worker.ts'
import { request, spans } from '../../unit/viewer/suite/records.ts'
import { run } from '../start/start.ts'

const entry = new URL('../../../viewer/worker.ts', import.meta.url)
const authorization = 'Bearer secret'

const start = (vars: Record<string, string>, own: URL = entry): Promise<RunningWorker> =>
  startWorker({
    entry: own,
    vars,
    bindings: {
      VIEWER: { type: 'durable-object', worker: 'worker', exportName: 'ViewerObject' },
      ASSETS: { type: 'worker', worker: 'assets' },
    } as never,
    settings: { exports: { ViewerObject: { type: 'durable-object', storage: 'sqlite' } } },
    others: [{ entry: new URL('assets-worker.ts', import.meta.url), name: 'assets' }],
  })

describe('a deployed viewer', () => {
  let worker: RunningWorker
  const post = (headers: Record<string, string>) =>
    fetch(`${worker.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(spans([request({ trace: 1, span: 1 })])),
    })

  beforeAll(async () => {
    worker = await start({ VIEWER_TOKEN: 'secret', VIEWER_MAX_MB: '7', VIEWER_MAX_AGE_HOURS: '2' })
  })

  afterAll(() => worker.stop())

  it('wants its token everywhere', async () => {
    expect((await post({})).status).toBe(401)
    for (const path of ['/', '/api/traces', '/mcp', '/assets/x.js']) {
      const response = await fetch(worker.url + path)
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(/^Basic/)
    }
    const preflight = await fetch(`${worker.url}/v1/traces`, { method: 'OPTIONS' })
    expect(preflight.status).toBe(204)
  })

  it('keeps what it was sent when the object starts anew', async () => {
    expect((await post({ authorization })).status).toBe(200)
    const headers = { authorization }
    await worker.restart()
    const page = await (await fetch(`${worker.url}/api/traces?text=orders`, { headers })).json()
    expect(page).toMatchObject({ items: [{ name: 'GET /orders/:id' }] })
    const basic = { authorization: `Basic ${btoa('me:secret')}` }
    const status = await (await fetch(`${worker.url}/api/status`, { headers: basic })).json()
    expect(status).toMatchObject({ maxBytes: 7 * 1024 * 1024, maxAgeMs: 7_200_000 })
  })

  it('leaves a store of another version as it is, until it is told to empty it', async () => {
    const aged = await start({ VIEWER_TOKEN: 'secret' }, new URL('aged-worker.ts', import.meta.url))
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(aged.url + path, { ...init, headers: { authorization, ...init.headers } })
    try {
      const body = JSON.stringify(spans([request({ trace: 1, span: 1 })]))
      const headers = { 'content-type': 'application/json' }
      expect((await ask('/v1/traces', { method: 'POST', headers, body })).status).toBe(200)
      await ask('/api/status', { headers: { 'x-version': '1' } })
      await aged.restart()
      const refused = await ask('/api/traces')
      expect(refused.status).toBe(503)
      expect(await refused.text()).toContain('must be 3, received 1')
      const elsewhere = { method: 'DELETE', headers: { origin: 'https://evil.example' } }
      expect((await ask('/api/data', elsewhere)).status).toBe(503)
      expect((await ask('/v1/traces', { method: 'POST', headers, body })).status).toBe(503)
      expect((await ask('/api/data', { method: 'DELETE' })).status).toBe(204)
      expect(await (await ask('/api/traces')).json()).toMatchObject({ items: [] })
    } finally {
      await aged.stop()
    }
  })

  it('does nothing for pages of other origins', async () => {
    const headers = { authorization, origin: 'https://evil.example' }
    const response = await fetch(`${worker.url}/api/data`, { method: 'DELETE', headers })
    expect(response.status).toBe(403)
  })

  it('serves the page, and nothing foreign runs in it', async () => {
    const response = await fetch(`${worker.url}/traces/1`, { headers: { authorization } })
    expect(await response.text()).toBe('page at /traces/1')
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
  })

  it('answers nothing without a token of its own', async () => {
    const open = await start({})
    try {
      const response = await fetch(`${open.url}/api/traces`, { headers: { authorization } })
      expect(response.status).toBe(503)
      expect(await response.text()).toContain('VIEWER_TOKEN')
    } finally {
      await open.stop()
    }
  })

  it('is a Worker that wrangler deploys', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'viewer-deploy-'))
    try {
      const root = join(import.meta.dirname, '../../..')
      await mkdir(join(root, 'dist/viewer/page'), { recursive: true })
      const args = ['deploy', '--dry-run', '--outdir', scratch, '-c', 'viewer/wrangler.toml']
      const wrangler = run(join(root, 'node_modules/.bin/wrangler'), args)
      expect([await wrangler.exit, wrangler.errors()]).toEqual([0, wrangler.errors()])
      expect(wrangler.output()).toContain('ViewerObject')
      expect(await readFile(join(scratch, 'worker.js'), 'utf8')).toContain('ViewerObject')
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  })
})
