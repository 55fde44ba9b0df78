import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { type ServerProcess, startServer } from '../../../scripts/monitor/server-process.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { freePorts } from './collector-stack.ts'

const COLLECTOR = `${import.meta.dirname}/../../../monitoring/collector`
const TOKEN = 'let-me-send'
const { collector } = findPrograms()
const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.warn('The Collector of production is not run: no `openssl` for its TLS.')

describe.runIf(collector && hasOpenssl)('the Collector of production', () => {
  let directory: string
  let sink: Sink
  let server: ServerProcess
  let port: number
  let certificate: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'collector-'))
    const file = (name: string): string => join(directory, name)
    const { status } = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', file('key'), '-out', file('certificate')],
    ])
    expect(status).toBe(0)
    certificate = await readFile(file('certificate'), 'utf8')
    await writeFile(file('token'), TOKEN)
    sink = await startSink()
    const ports = await freePorts()
    port = ports.otlpHttp
    server = await startServer({
      name: 'collector',
      program: collector as string,
      args: ['common', 'prod'].map((name) => `--config=${COLLECTOR}/${name}.yaml`),
      env: {
        OTLP_GRPC_PORT: `${ports.otlpGrpc}`,
        OTLP_HTTP_PORT: `${ports.otlpHttp}`,
        HEALTH_PORT: `${ports.collectorHealth}`,
        SELF_PORT: `${ports.collectorSelf}`,
        JAEGER_OTLP_URL: sink.url,
        TEMPO_OTLP_URL: sink.url,
        LOKI_OTLP_URL: sink.url,
        OTLP_TOKEN_FILE: file('token'),
        TLS_CERT_FILE: file('certificate'),
        TLS_KEY_FILE: file('key'),
        QUEUE_DIRECTORY: file('queue'),
      },
      readyUrl: `http://127.0.0.1:${ports.collectorHealth}/`,
      logFile: file('log'),
    })
  })

  afterAll(async () => {
    await server?.stop()
    await sink?.close()
    await rm(directory, { recursive: true, force: true })
  })

  const post = (body: object, token?: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      }
      const path = '/v1/logs'
      request({ host: '127.0.0.1', port, path, method: 'POST', headers, ca: certificate })
        .on('error', reject)
        .on('response', (response) => {
          response.resume()
          resolve(response.statusCode)
        })
        .end(JSON.stringify(body))
    })

  const record = {
    timeUnixNano: '1700000000000000000',
    severityNumber: 9,
    body: { stringValue: 'hello' },
    attributes: [
      { key: 'user.email', value: { stringValue: 'ada@example.com' } },
      { key: 'user.id', value: { stringValue: 'ada' } },
    ],
  }
  const body = { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }

  it('takes nothing without the token', async () => {
    expect(await post(body)).toBe(401)
    expect(await post(body, 'a-guess')).toBe(401)
  })

  it('takes what has the token, and does not keep who it was', async () => {
    expect(await post(body, TOKEN)).toBe(200)
    await sink.waitFor(() => sink.logRecords().length > 0, 30_000)
    const { attributes } = sink.logRecords()[0] ?? {}
    expect(attributes).not.toHaveProperty('user.email')
    expect(attributes?.['user.id']).toMatch(/^[0-9a-f]{40,64}$/)
  })

  it('says nothing without TLS', async () => {
    const plain = await fetch(`http://127.0.0.1:${port}/v1/logs`, { method: 'POST' })
    expect(plain.status).toBe(400)
  })
})
