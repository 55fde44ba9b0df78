import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

const example = fileURLToPath(new URL('../../../examples/otel-cf-workers', import.meta.url))
const run = promisify(execFile)

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    config: `${example}/wrangler.toml`,
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
  })
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

describe('the example beside otel-cf-workers', () => {
  it('has no type errors', async () => {
    await expect(run('tsc', ['-p', example])).resolves.toMatchObject({ stdout: '' })
  })

  it('sends its spans, those of KV under the request, by our pipeline', async () => {
    expect(await (await fetch(`${worker.url}/greetings/you`)).text()).toBe('Hello, you')
    await sink.waitFor(() => sink.spans().length === 3)
    const [put, server] = ['KV CACHE put', 'GET /greetings/:name'].map((name) =>
      sink.spans().find((span) => span.name === name),
    )
    expect(server?.resource['service.name']).toBe('greeter')
    expect(put?.parentSpanId).toBe(server?.spanId)
    expect(sink.requests.filter(({ signal }) => signal === 'traces')).toHaveLength(1)
  })

  it('can be built for deployment', async () => {
    const { stdout } = await run('wrangler', [
      'deploy',
      '--dry-run',
      '--config',
      `${example}/wrangler.toml`,
    ])
    expect(stdout).toContain('env.CACHE')
  })
})
