/**
 * What telemetry adds to a request on Node, Deno and Bun, beside @hono/otel with the OpenTelemetry SDK.
 *
 *   npm run build && node bench/install.ts && node bench/runtimes/main.ts [--rounds 20] [--requests 1500] [--runtimes node,bun] [--json FILE]
 *
 * Each variant is a server in a process of its own; they take turns, round by round, with 8 connections. CPU is that of
 * the whole process by the scheduler's count, until its next turn, so that exports on a timer are not for free. Lines of
 * logs go to a file. Added is the median of the differences to the bare app in the same round; p10 is the difference
 * between both tenth percentiles.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { openSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median, spreadOf } from '../difference.ts'
import { startCollector } from '../workerd/collector.ts'
import { cpuMicroseconds, residentMegabytes } from '../workerd/process-usage.ts'
import { type RuntimeRow, runtimeTableOf } from './report.ts'
import { VARIANTS } from './variants.ts'

const { values: args } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    requests: { type: 'string', default: '1500' },
    runtimes: { type: 'string', default: 'node,deno,bun' },
    json: { type: 'string' },
  },
})
const rounds = Number(args.rounds)
const requests = Number(args.requests)
const CONNECTIONS = 8

const server = fileURLToPath(new URL('server.ts', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  node: ['node', server],
  deno: ['deno', 'run', '-A', '--no-lock', '--node-modules-dir=manual', server],
  bun: ['bun', 'run', server],
}

interface Running {
  readonly child: ChildProcess
  readonly port: number
  readonly pid: number
}

const start = (runtime: string, variant: string, endpoint: string): Promise<Running> =>
  new Promise((resolve, reject) => {
    const [command = '', ...rest] = COMMANDS[runtime] ?? []
    const lines = openSync(join(tmpdir(), `bench-${runtime}-${variant}.log`), 'w')
    const child = spawn(command, rest, {
      cwd: root,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        VARIANT: variant,
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      },
      stdio: ['ignore', lines, 'pipe'],
    })
    let said = ''
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`Cannot measure ${variant} on ${runtime}: ${said}`)))
    child.stderr?.on('data', (chunk) => {
      said += chunk
      const [found] = /\{"port".*\}/.exec(said) ?? []
      if (found) resolve({ child, ...(JSON.parse(found) as { port: number; pid: number }) })
    })
  })

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })

const ask = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/orders/7', agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`))
      response.resume().on('end', resolve)
    })
      .on('error', reject)
      .end()
  })

const load = async (port: number): Promise<void> => {
  let left = requests
  const client = async (): Promise<void> => {
    while (left-- > 0) await ask(port)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
}

const measure = async (runtime: string): Promise<RuntimeRow[]> => {
  const collector = await startCollector()
  const names = Object.keys(VARIANTS)
  const running = new Map<string, Running>()
  try {
    for (const name of names) running.set(name, await start(runtime, name, collector.urlOf(name)))
    const costs = new Map(names.map((name) => [name, [] as number[]]))
    const before = new Map<string, number>()
    // The first two rounds are for the compilers.
    for (let round = 0; round < rounds + 3; round++) {
      for (const name of names) {
        const { pid, port } = running.get(name) as Running
        const now = cpuMicroseconds(pid)
        if (round > 2) costs.get(name)?.push((now - (before.get(name) ?? 0)) / requests)
        before.set(name, now)
        if (round < rounds + 2) await load(port)
      }
      process.stderr.write(`\r${runtime}: round ${round + 1} of ${rounds + 3} `)
    }
    process.stderr.write('\n')
    const bare = costs.get('bare') ?? []
    return names.map((name) => {
      const own = costs.get(name) ?? []
      const { spans, posts } = collector.receivedFrom(name)
      return {
        id: name,
        title: VARIANTS[name] ?? name,
        cpuMicroseconds: median(own),
        added: spreadOf(own, bare),
        spans: spans / (requests * (rounds + 2)),
        posts: posts / (requests * (rounds + 2)),
        residentMegabytes: residentMegabytes((running.get(name) as Running).pid),
      }
    })
  } finally {
    for (const { child, pid } of running.values()) {
      child.removeAllListeners('exit')
      child.kill('SIGKILL')
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It was the child itself.
      }
    }
    collector.close()
  }
}

const results: Record<string, RuntimeRow[]> = {}
for (const runtime of args.runtimes.split(',')) {
  const rows = await measure(runtime)
  results[runtime] = rows
  console.log(`\n${runtime}: microseconds of CPU a request\n\n${runtimeTableOf(rows)}`)
}
if (args.json) {
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(args.json, `${JSON.stringify({ date, rounds, requests, results }, null, 2)}\n`)
}
agent.destroy()
process.exit()
