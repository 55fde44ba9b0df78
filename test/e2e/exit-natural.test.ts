import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer } from './runtimes/start-server.ts'

const ENTRY = new URL('exit/natural.ts', import.meta.url).pathname

/** Accepts, and never answers. */
let silent: Server

beforeAll(async () => {
  silent = createServer((socket) => socket.on('error', () => {}).resume())
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
})

afterAll(() => {
  silent.close()
})

const LOST = /lost with this process/g

/** Half of what two time limits of an export, or a silent body's, would add up to; twice what is promised. */
const LIMIT_MS = 10_000

/** Where an export request was on its way, which has 10 seconds of its own: and one more. */
const HOSTED_LIMIT_MS = 14_000

let stderr = ''

const ends = async (
  runtime: 'node' | 'deno' | 'bun',
  env: Record<string, string>,
  limitMs = LIMIT_MS,
) => {
  const child = await startServer(runtime, env, ENTRY)
  await child.says('answered')
  let timer: NodeJS.Timeout | undefined
  const ended = await Promise.race([
    child.ended,
    new Promise((resolve) => {
      timer = setTimeout(resolve, limitMs, 'lives on')
    }),
  ])
  clearTimeout(timer)
  child.kill('SIGKILL')
  stderr = child.stderr()
  return ended
}

describe.each(['node', 'deno', 'bun'] as const)('on %s', (runtime) => {
  it('a collector that never answers does not keep a process that has nothing more to do', async () => {
    const { port } = silent.address() as AddressInfo
    const endpoint = `http://127.0.0.1:${port}`
    expect(await ends(runtime, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toEqual([0, null])
    expect(stderr.match(LOST)).toHaveLength(1)
    expect(stderr).toMatch(/traces 1/)
  })

  it('nor one that sends with each response, and says what is lost with it', async () => {
    const { port } = silent.address() as AddressInfo
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      AWS_LAMBDA_FUNCTION_NAME: 'shop',
    }
    expect(await ends(runtime, env, HOSTED_LIMIT_MS)).toEqual([0, null])
    expect(stderr.match(LOST)).toHaveLength(1)
  })

  it('an app that ends its process without `shutdown` is told what is lost', async () => {
    expect(await ends(runtime, { EXIT: '3' })).toEqual([3, null])
    expect(stderr.match(LOST)).toHaveLength(1)
    expect(stderr).toMatch(/traces 1/)
  })

  it('a stream that nobody reads does not keep the process', async () => {
    expect(await ends(runtime, { ASKED: '/s', OTEL_TRACES_EXPORTER: 'none' })).toEqual([0, null])
  })
})
