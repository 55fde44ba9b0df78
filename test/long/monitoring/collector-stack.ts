import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NativeOptions, startNative } from '../../../scripts/monitor/native.ts'
import { PORTS, type Ports } from '../../../scripts/monitor/ports.ts'
import { findPrograms, type Programs } from '../../../scripts/monitor/programs.ts'

/** The stack on ports of its own. */
export interface TestStack {
  readonly ports: Ports
  readonly servers: readonly string[]
  readonly missing: readonly string[]
  /** Where OTLP goes in. */
  readonly otlpUrl: string
  /** `data` of an answer of Prometheus. */
  prometheus<T>(path: string, parameters?: Record<string, string>): Promise<T>
  /** Values of an instant query. */
  values(query: string): Promise<number[]>
  stop(): Promise<void>
}

/** Ports that nobody has. */
export async function freePorts(): Promise<Ports> {
  const servers: Server[] = []
  const ports: Record<string, number> = {}
  // All are held until the last is known, so that none is given twice.
  for (const name of Object.keys(PORTS)) {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    ports[name] = (server.address() as AddressInfo).port
    servers.push(server)
  }
  for (const server of servers) server.close()
  return ports as unknown as Ports
}

/**
 * Starts the stack as `npm run monitor:native` does, with short intervals, and without Loki and Jaeger unless asked
 * for.
 */
export async function startTestStack(
  env: Readonly<Record<string, string>>,
  programs: Programs = { ...findPrograms(), jaeger: undefined, loki: undefined },
  { configs, ports = {} }: Pick<NativeOptions, 'configs'> & { ports?: Partial<Ports> } = {},
): Promise<TestStack> {
  const directory = await mkdtemp(join(tmpdir(), 'monitor-'))
  const allPorts = { ...(await freePorts()), ...ports }
  const stack = await startNative({
    directory,
    ...(configs && { configs }),
    ports: allPorts,
    programs,
    env: { METRICS_FLUSH_INTERVAL: '1s', SELF_INTERVAL_MS: '1000', ...env },
  })
  const prometheus = async <T>(path: string, parameters = {}): Promise<T> => {
    const query = new URLSearchParams(parameters)
    const response = await fetch(`http://127.0.0.1:${allPorts.prometheus}/api/v1/${path}?${query}`)
    const answer = (await response.json()) as { data: T; error?: string }
    if (answer.error) throw new Error(`Prometheus: ${answer.error}`)
    return answer.data
  }
  return {
    ports: allPorts,
    servers: stack.servers,
    missing: stack.missing,
    otlpUrl: `http://127.0.0.1:${allPorts.otlpHttp}`,
    prometheus,
    async values(query) {
      const { result } = await prometheus<{ result: { value: [number, string] }[] }>('query', {
        query,
      })
      return result.map(({ value }) => Number(value[1]))
    },
    async stop() {
      await stack.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
