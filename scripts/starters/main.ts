/**
 * Packs the package, makes projects from scratch as their tools' templates do, installs it there from its archive, and
 * drives each: a request must become a span, a metric and a log record, each with its route. Exits 1, naming the
 * projects, when one does not.
 *
 *   node scripts/starters/main.ts                 all of them
 *   node scripts/starters/main.ts worker bun      those whose name contains one of the words
 *   node scripts/starters/main.ts --keep …        leaves the projects behind, and says where
 *   node scripts/starters/main.ts --archive x.tgz takes this archive instead of packing one
 *   node scripts/starters/main.ts --node <path>   runs what is for Node on that one, instead of the one of node_modules
 *   node scripts/starters/main.ts --report x.json writes what became of each, with the versions used
 *
 * Packages come from npm through the machine's own caches. Nothing is sent anywhere but to this machine.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startSink } from '../../test/support/otlp-sink.ts'
import { packPackage, stagePackage } from '../package/stage.ts'
import { starters } from './projects/index.ts'
import { runCommand, startServer } from './run-command.ts'
import { ARCHIVE, type Server, type Starter, type StarterResult } from './starter.ts'
import { faultsOf } from './traced.ts'

/** Two cores: one installs while the other waits for a server. */
const AT_ONCE = 2

const { values, positionals } = parseArgs({
  options: {
    keep: { type: 'boolean' },
    archive: { type: 'string' },
    report: { type: 'string' },
    node: { type: 'string' },
  },
  allowPositionals: true,
})

const scratch = mkdtempSync(join(tmpdir(), 'hono-observability-starters-'))
const binaries = resolve(import.meta.dirname, '../../node_modules/.bin')

const pack = (): string => {
  const folder = join(scratch, 'package')
  stagePackage(folder)
  return packPackage(folder)
}

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => found(port))
    })
  })

const environment = (endpoint: string, port: number): Record<string, string> => ({
  PATH: `${binaries}${delimiter}${process.env.PATH}`,
  PORT: String(port),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_BSP_SCHEDULE_DELAY: '100',
  OTEL_BLRP_SCHEDULE_DELAY: '100',
  OTEL_METRIC_EXPORT_INTERVAL: '200',
  WRANGLER_SEND_METRICS: 'false',
})

const write = (folder: string, files: Record<string, string>): void => {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text.replaceAll(ARCHIVE, archive))
  }
}

const drive = async (starter: Starter, server: Server, folder: string, sink: Sink) => {
  sink.clear()
  const port = await freePort()
  const env = { ...environment(sink.url, port), ...server.env }
  const command = server.command.map((word) => word.replaceAll('%port%', String(port)))
  if (values.node && command[0] === 'node') {
    command[0] = values.node
  }
  const running = await startServer(command, { cwd: folder, env }, port)
  try {
    const faults = await faultsOf(running.url, starter.name, sink)
    return faults.length ? [...faults, '--- it said:', running.said().trimEnd()] : []
  } finally {
    await running.stop()
  }
}

type Sink = Awaited<ReturnType<typeof startSink>>

const versionsOf = ({ uses }: Starter, folder: string): Record<string, string> => {
  const found = uses.map((name) => {
    const file = [folder, join(folder, 'tool'), join(binaries, '../..')]
      .map((place) => join(place, 'node_modules', name, 'package.json'))
      .find((each) => existsSync(each))
    const { version = '?' } = JSON.parse(file ? readFileSync(file, 'utf8') : '{}') as {
      version?: string
    }
    return [name, version]
  })
  return Object.fromEntries(found)
}

const results: StarterResult[] = []

const check = async (starter: Starter): Promise<string[]> => {
  const folder = join(scratch, starter.name)
  const sink = await startSink()
  const env = environment(sink.url, 0)
  const servers = starter.serve.map(({ title }) => ({ title, isTraced: false }))
  try {
    write(folder, starter.files(sink.url))
    for (const command of starter.prepare) {
      await runCommand(command, { cwd: folder, env })
    }
    const faults: string[] = []
    for (const [index, server] of starter.serve.entries()) {
      const found = await drive(starter, server, folder, sink).catch((error: unknown) => [
        error instanceof Error ? error.message : String(error),
      ])
      servers[index] = { title: server.title, isTraced: found.length === 0 }
      faults.push(...(found.length ? [`${server.title}:`, ...found] : []))
    }
    return faults
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  } finally {
    await sink.close()
    results.push({ name: starter.name, versions: versionsOf(starter, folder), servers })
  }
}

const wanted = starters.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
)
const archive = resolve(values.archive ?? pack())
const failed: string[] = []
const waiting = [...wanted]

const work = async (): Promise<void> => {
  for (let starter = waiting.shift(); starter; starter = waiting.shift()) {
    const started = performance.now()
    const faults = await check(starter)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const proved = starter.serve.map(({ title }) => title).join(', ')
    console.log(`${faults.length ? 'FAILED' : 'ok'} ${starter.name}: ${proved} (${seconds} s)`)
    for (const fault of faults) {
      console.log(fault.replace(/^/gm, '  '))
    }
    if (faults.length) {
      failed.push(starter.name)
    }
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work))
if (values.report) {
  const order = wanted.map(({ name }) => name)
  const sorted = results.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  writeFileSync(values.report, `${JSON.stringify(sorted, null, 2)}\n`)
}
if (values.keep) {
  console.log(`The projects are in ${scratch}`)
} else {
  rmSync(scratch, { recursive: true, force: true })
}
console.log(
  failed.length
    ? `${failed.length} of ${wanted.length} starters failed: ${failed.join(', ')}`
    : `${wanted.length} starters traced`,
)
process.exitCode = failed.length || wanted.length === 0 ? 1 : 0
