import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openNodeSql } from '../../../viewer/index.ts'
import { request, spans, traceId } from '../../unit/viewer/suite/records.ts'
import { type RunningViewer, runViewer, startViewer } from './start-viewer.ts'

let directory = ''
let viewer: RunningViewer | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'viewer-'))
})

afterEach(async () => {
  await viewer?.stop('SIGKILL')
  viewer = undefined
  await rm(directory, { recursive: true, force: true })
})

async function send(url: string, trace = 1, body?: string): Promise<Response> {
  return fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: body ?? JSON.stringify(spans([request({ trace, span: 1 })])),
  })
}

describe('npx hono-observability', () => {
  it('says where it listens, and ends with 0', async () => {
    viewer = await startViewer()
    expect(viewer.output()).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${viewer.url}`)
    expect((await send(viewer.url)).status).toBe(200)
    expect((await viewer.get('/api/traces')).items).toHaveLength(1)
    expect(await viewer.stop('SIGINT')).toBe(0)
    expect(viewer.errors()).toBe('')
  })

  it('ends with the shell that npx started it in', async () => {
    const main = join(import.meta.dirname, '../../../viewer/main.ts')
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${main}" --port 0; true`], {
      env: { ...process.env, npm_lifecycle_event: 'npx' },
    })
    const [greeting] = await once(shell.stdout, 'data')
    const url = /http:\/\/\S+/.exec(String(greeting))?.[0] ?? ''
    expect((await fetch(`${url}/api/status`)).status).toBe(200)
    shell.kill('SIGKILL')
    const isGone = () =>
      fetch(`${url}/api/status`).then(
        () => false,
        () => true,
      )
    await vi.waitFor(async () => expect(await isGone()).toBe(true), { timeout: 10_000 })
  })

  it('keeps what it received, also when it was killed', async () => {
    for (const [i, signal] of (['SIGTERM', 'SIGKILL', 'SIGTERM'] as const).entries()) {
      viewer = await startViewer('--persist', join(directory, 'deep', 'er'))
      expect((await viewer.get('/api/traces')).items).toHaveLength(i)
      await send(viewer.url, i + 1)
      await viewer.stop(signal)
    }
    viewer = await startViewer('--persist', join(directory, 'deep', 'er'))
    const { items } = await viewer.get(
      '/api/traces?service=shop&attribute=http.route%3D/orders/:id',
    )
    expect(items.map((each: { traceId: string }) => each.traceId)).toEqual([3, 2, 1].map(traceId))
    const status = await viewer.get('/api/status')
    expect(status.storedBytes).toBeGreaterThan(0)
    expect((await viewer.get('/api/overview?last=15m')).total.requests).toBe(3)
  })

  it('refuses a store of another version, and does not change it', async () => {
    const store = join(directory, 'other')
    viewer = await startViewer('--persist', store)
    await send(viewer.url, 1)
    await viewer.stop()
    const setVersion = (version: number): void => {
      const sql = openNodeSql(join(store, 'telemetry.sqlite'))
      sql.all('UPDATE viewer_schema SET version = ?', version)
      sql.close()
    }
    setVersion(1)
    const refused = await runViewer('--port', '0', '--persist', store)
    expect(refused).toMatchObject({ code: 1, output: '' })
    expect(refused.errors).toContain('its format must be 3, received 1')
    expect(refused.errors).toContain('was changed: give `--persist` another directory')
    setVersion(3)
    viewer = await startViewer('--persist', store)
    expect((await viewer.get('/api/traces')).items).toHaveLength(1)
  })

  it('says what is wrong', async () => {
    viewer = await startViewer()
    const port = new URL(viewer.url).port
    const taken = await runViewer('--port', port)
    expect(taken).toMatchObject({ code: 1, output: '' })
    expect(taken.errors).toBe(
      `Cannot start: port ${port} is taken. Choose another: npx hono-observability --port ${Number(port) + 1}\n`,
    )
    const file = await runViewer('--port', '0', '--persist', import.meta.filename)
    expect(file.code).toBe(1)
    expect(file.errors).toMatch(/^Cannot start: `--persist` must be a directory/)
    const host = await runViewer('--port', '0', '--host', '203.0.113.1')
    expect(host).toMatchObject({ code: 1, errors: expect.stringMatching(/`--host` must be/) })
    const usage = await runViewer('--nonsense')
    expect(usage.code).toBe(2)
    expect(usage.errors).toContain('Usage: npx hono-observability')
  })

  it('prints its help and its version', async () => {
    const help = await runViewer('--help')
    expect(help).toMatchObject({ code: 0, errors: '' })
    for (const option of [
      '--port',
      '--host',
      '--persist',
      '--max-mb',
      '--max-age',
      '--forward',
      '--token',
    ]) {
      expect(help.output).toContain(option)
    }
    expect((await runViewer('--version')).output).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('warns when others can read it', async () => {
    viewer = await startViewer('--host', '0.0.0.0')
    expect(viewer.output()).toContain('Warning: anyone who can reach 0.0.0.0')
    await viewer.stop()
    viewer = await startViewer('--host', '0.0.0.0', '--token', 't')
    expect(viewer.output()).not.toContain('Warning')
    expect((await fetch(`${viewer.url}/api/status`)).status).toBe(401)
  })

  it('refuses what is too large before it has read it', async () => {
    viewer = await startViewer()
    const response = await send(viewer.url, 1, ' '.repeat(17 * 1024 * 1024))
    expect(response.status).toBe(413)
    expect((await viewer.get('/api/status')).watchers).toBe(0)
  })

  it('shows live what arrives, and forgets who left', async () => {
    viewer = await startViewer()
    const leaving = new AbortController()
    const live = await fetch(`${viewer.url}/api/live`, { signal: leaving.signal })
    const reader = live.body?.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader?.read())?.value).toContain('retry')
    await viewer.until('/api/status', ({ watchers }) => watchers === 1)
    await send(viewer.url)
    expect((await reader?.read())?.value).toContain('event: trace')
    leaving.abort()
    await viewer.until('/api/status', ({ watchers }) => watchers === 0)
  })

  it('sends on, and is as fast when nobody is there', async () => {
    const backend = await startViewer()
    try {
      viewer = await startViewer('--forward', backend.url)
      await send(viewer.url)
      await backend.until('/api/traces', ({ items }) => items.length === 1)
      expect((await viewer.get('/api/ingest')).forward).toMatchObject({ sent: 1, failed: 0 })
    } finally {
      await backend.stop()
    }
    expect((await send(viewer.url, 2)).status).toBe(200)
    const { forward } = await viewer.until('/api/ingest', (answer) => answer.forward.failed === 1)
    expect(forward.lastError).toMatch(/^traces: /)
  })
})
