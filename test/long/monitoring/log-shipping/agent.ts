import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type ServerProcess, startServer } from '../../../../scripts/monitor/server-process.ts'
import { type Sink, startSink } from '../../../support/otlp-sink.ts'
import { MONITORING } from '../tools.ts'

/** The shipped configuration of the agent. */
export const AGENT_CONFIG = `${MONITORING}collector/agent.yaml`

/** A Collector that reads files, and what it was sent. */
export interface Agent {
  /** Where it sends to. */
  readonly sink: Sink
  /** Ends it and starts it again, with what it keeps. */
  restart(between?: () => Promise<void>): Promise<void>
  /** What it has of the machine's memory now. */
  memoryBytes(): number
  stop(): Promise<void>
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Starts the agent with its shipped configuration; only what it sends is JSON, which shows whole numbers as such. */
export const startAgent = async (
  program: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Agent> => {
  await mkdir(folder, { recursive: true })
  const sink = await startSink()
  const overlay = join(folder, 'overlay.json')
  await writeFile(overlay, JSON.stringify({ exporters: { otlp_http: { encoding: 'json' } } }))
  const start = async (): Promise<ServerProcess> => {
    const port = await freePort()
    return startServer({
      name: 'agent',
      program,
      args: [`--config=${AGENT_CONFIG}`, `--config=${overlay}`],
      env: {
        OTLP_URL: sink.url,
        HEALTH_PORT: `${port}`,
        OFFSETS_DIRECTORY: join(folder, 'offsets'),
        ...env,
      },
      ports: { health: port },
      readyUrl: `http://127.0.0.1:${port}/`,
      logFile: join(folder, 'agent.log'),
    })
  }
  let server = await start()
  return {
    sink,
    async restart(between = async () => {}) {
      await server.stop()
      await between()
      server = await start()
    },
    memoryBytes() {
      const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024
    },
    async stop() {
      await server.stop()
      await sink.close()
    },
  }
}
