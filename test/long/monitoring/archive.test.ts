import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { startServer } from '../../../scripts/monitor/server-process.ts'
import { type RunningViewer, startViewer } from '../../e2e/viewer/start-viewer.ts'
import { readProjectFile } from '../../support/docs/project.ts'
import { freePorts } from './collector-stack.ts'
import { commandFault, commandsOf } from './runbook-commands.ts'
import { fences, MONITORING } from './tools.ts'

const { collector } = findPrograms()
const hasCurl = spawnSync('curl', ['--version']).status === 0
if (!collector || !hasCurl) {
  console.warn('NOT TESTED: reading an archive back, for want of a Collector or `curl`.')
}

const DAY_MS = 86_400_000
const [, section = ''] = readProjectFile('docs/monitoring.md').split('\n## Archive\n')
const archive = section.split('\n## ')[0] ?? ''
/** What the page says to do with files that were fetched. */
const readBack = fences(archive, 'sh').find((text) => text.includes('$VIEWER')) ?? ''

it('the commands of the archive’s retention exist', { timeout: 60_000 }, async () => {
  const commands = commandsOf(archive).filter((command) => command.includes('lifecycle'))
  expect(commands).toHaveLength(4)
  for (const command of commands) expect(await commandFault(command), command).toBeUndefined()
})

describe.runIf(collector && hasCurl)('an archive that a real Collector wrote', () => {
  const stops: (() => unknown)[] = []
  const traceId = 'a1b2c3d4e5f60718293a4b5c6d7e8f90'
  let folder: string
  let viewer: RunningViewer

  /** Sends forty-day-old telemetry through the Collector into a file for each signal, and ends it. */
  const write = async (): Promise<void> => {
    const ports = await freePorts()
    const overlay = join(folder, 'files.json')
    const signals = ['traces', 'metrics', 'logs']
    const file = (signal: string): string => join(folder, `${signal}.json`)
    writeFileSync(
      overlay,
      JSON.stringify({
        // The encoding of the archive, `otlp_json`, one batch a line.
        exporters: Object.fromEntries(
          signals.map((signal) => [`file/${signal}`, { path: file(signal), format: 'json' }]),
        ),
        service: {
          pipelines: Object.fromEntries(
            signals.map((signal) => [
              signal,
              { receivers: ['otlp'], exporters: [`file/${signal}`] },
            ]),
          ),
        },
      }),
    )
    const server = await startServer({
      name: 'collector',
      program: collector as string,
      args: [`${MONITORING}collector/common.yaml`, `${MONITORING}collector/dev.yaml`, overlay].map(
        (path) => `--config=${path}`,
      ),
      env: {
        OTLP_GRPC_PORT: `${ports.otlpGrpc}`,
        OTLP_HTTP_PORT: `${ports.otlpHttp}`,
        HEALTH_PORT: `${ports.collectorHealth}`,
        SELF_PORT: `${ports.collectorSelf}`,
      },
      readyUrl: `http://127.0.0.1:${ports.collectorHealth}/`,
      logFile: join(folder, 'log'),
    })
    const nanoseconds = (ms: number): string => `${ms}000000`
    const atMs = Date.now() - 40 * DAY_MS
    const resource = {
      attributes: [{ key: 'service.name', value: { stringValue: 'archived' } }],
    }
    const span = {
      traceId,
      spanId: '1122334455667788',
      name: 'GET /old',
      kind: 2,
      startTimeUnixNano: nanoseconds(atMs),
      endTimeUnixNano: nanoseconds(atMs + 25),
    }
    const record = {
      timeUnixNano: nanoseconds(atMs + 5),
      severityNumber: 9,
      severityText: 'INFO',
      body: { stringValue: 'an old line' },
      traceId,
      spanId: span.spanId,
    }
    const bodies = {
      traces: { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] },
      logs: { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] },
    }
    for (const [signal, body] of Object.entries(bodies)) {
      const response = await fetch(`http://127.0.0.1:${ports.otlpHttp}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect(response.status).toBe(200)
    }
    // Its end hands on what it has.
    await server.stop()
    for (const signal of Object.keys(bodies)) {
      // As the exporter names them.
      const path = join(folder, 'day', signal, 'hour=18/minute=05')
      mkdirSync(path, { recursive: true })
      const lines = readFileSync(file(signal), 'utf8').trim().split('\n')
      for (const [at, line] of lines.entries()) {
        writeFileSync(join(path, `${signal}_${at}.json.gz`), gzipSync(line))
      }
    }
  }

  const give = (url: string) =>
    spawnSync('bash', ['-euo', 'pipefail', '-c', readBack], {
      cwd: folder,
      env: { ...process.env, VIEWER: url },
      encoding: 'utf8',
    })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'archive-'))
    stops.push(() => rmSync(folder, { recursive: true, force: true }))
    await write()
    viewer = await startViewer('--max-age', '400d')
    stops.push(() => viewer.stop())
  }, 120_000)

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  it('is in the viewer as it was, by the commands of the page', async () => {
    const { status, stderr } = give(viewer.url)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const response = await fetch(`${viewer.url}/api/traces/${traceId}`)
    expect(response.status).toBe(200)
    const text = await response.text()
    for (const part of ['GET /old', 'archived', 'an old line']) expect(text).toContain(part)
  })

  it('is not given in silence to a viewer that is not there', () => {
    const { status, stderr } = give('http://127.0.0.1:1')
    expect(status).not.toBe(0)
    expect(stderr).toContain('curl')
  })
})
