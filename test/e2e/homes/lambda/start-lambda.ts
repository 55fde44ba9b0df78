import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

/** An execution environment of Lambda: a process that runs only while an event is handled. */
export interface Lambda {
  /** Thaws the process, has it handle an event, and freezes it as soon as it has answered. */
  invoke(event: unknown): Promise<Record<string, unknown>>
  stop(): Promise<void>
}

const root = new URL('../../../../', import.meta.url).pathname

/** One file of CommonJS or of ESM, as people deploy to Lambda. */
const bundle = async (format: 'cjs' | 'esm', folder: string): Promise<string> => {
  const file = join(folder, format === 'cjs' ? 'index.cjs' : 'index.mjs')
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'handler.ts')],
    tsconfig: `${root}tsconfig.json`,
    bundle: true,
    minify: true,
    write: false,
    format,
    platform: 'node',
    target: 'node20',
  })
  writeFileSync(file, outputFiles[0]?.contents ?? '')
  return file
}

export async function startLambda(
  format: 'cjs' | 'esm',
  vars: Record<string, string>,
): Promise<Lambda> {
  const folder = mkdtempSync(join(tmpdir(), 'hono-observability-lambda-'))
  const file = await bundle(format, folder)
  const polls: ServerResponse[] = []
  const events: unknown[] = []
  let answered: ((answer: Record<string, unknown>) => void) | undefined
  let count = 0
  const hand = (): void => {
    const [poll, event] = [polls[0], events[0]]
    if (!poll || event === undefined) {
      return
    }
    polls.shift()
    events.shift()
    count++
    poll.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': `request-${count}`,
      'lambda-runtime-deadline-ms': String(Date.now() + 3000),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:123456789012:function:shop',
      'lambda-runtime-trace-id':
        'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
    })
    poll.end(JSON.stringify(event))
  }
  let child: ChildProcess | undefined
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/next')) {
      polls.push(response)
      hand()
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      // Before it learns that the answer was taken: not one instruction more.
      child?.kill('SIGSTOP')
      response.writeHead(202).end()
      answered?.(JSON.parse(Buffer.concat(chunks).toString()))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  child = spawn(process.execPath, [join(import.meta.dirname, 'runtime.cjs'), file], {
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      AWS_LAMBDA_FUNCTION_NAME: 'shop',
      AWS_LAMBDA_FUNCTION_VERSION: '7',
      AWS_REGION: 'eu-west-1',
      ...vars,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return {
    invoke(event) {
      return new Promise((resolve) => {
        answered = resolve
        events.push(event)
        child.kill('SIGCONT')
        hand()
      })
    },
    async stop() {
      child.kill('SIGKILL')
      await ended
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
