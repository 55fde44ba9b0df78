import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Says whether a program is installed. */
export const isInstalled = (program: string): boolean =>
  spawnSync(program, ['--version']).status === 0

/** What `promtool check metrics` says about a body, and whether it is content. */
export const checkMetrics = (body: string): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: body })
  return { status, output: `${stdout}${stderr}` }
}

export interface Prometheus {
  /** `data` of an answer of the HTTP API. */
  api<T>(path: string, parameters?: Record<string, string>): Promise<T>
  /** An instant query's values by one label. */
  query(query: string, label: string): Promise<Record<string, number>>
  stop(): Promise<void>
}

interface Vector {
  result: { metric: Record<string, string>; value: [number, string] }[]
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Starts a Prometheus that scrapes `url` every second with a bearer token. */
export const startPrometheus = async (url: string, token: string): Promise<Prometheus> => {
  const directory = await mkdtemp(join(tmpdir(), 'prometheus-'))
  const { host } = new URL(url)
  const config = join(directory, 'prometheus.json')
  // JSON is YAML.
  const job = {
    job_name: 'shop',
    scrape_interval: '1s',
    scrape_timeout: '1s',
    authorization: { credentials: token },
    static_configs: [{ targets: [host] }],
  }
  await writeFile(config, JSON.stringify({ scrape_configs: [job] }))
  const port = await freePort()
  const process = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    { stdio: 'ignore' },
  )
  const base = `http://127.0.0.1:${port}`
  const api = async <T>(path: string, parameters: Record<string, string> = {}): Promise<T> => {
    const response = await fetch(`${base}/api/v1/${path}?${new URLSearchParams(parameters)}`)
    const answer = (await response.json()) as { data: T; error?: string }
    if (answer.error) throw new Error(`Prometheus: ${answer.error}`)
    return answer.data
  }
  const prometheus: Prometheus = {
    api,
    async query(query, label) {
      const { result } = await api<Vector>('query', { query })
      return Object.fromEntries(
        result.map(({ metric, value }) => [metric[label] ?? '', Number(value[1])]),
      )
    },
    async stop() {
      if (process.exitCode === null) {
        const ended = once(process, 'exit')
        process.kill('SIGKILL')
        await ended
      }
      await rm(directory, { recursive: true, force: true })
    },
  }
  try {
    await firstScrape(prometheus, process)
  } catch (error) {
    await prometheus.stop()
    throw error
  }
  return prometheus
}

interface Targets {
  activeTargets: { lastError: string }[]
}

const firstScrape = async (prometheus: Prometheus, process: ChildProcess): Promise<void> => {
  let problem: unknown = 'it has not started'
  for (let i = 0; i < 150 && process.exitCode === null; i++) {
    try {
      const up = await prometheus.query('up', 'job')
      if (up.shop === 1) return
      problem = (await prometheus.api<Targets>('targets')).activeTargets[0]?.lastError
    } catch (error) {
      problem = error
    }
    await sleep(100)
  }
  throw new Error(`Cannot scrape: ${problem}`)
}
