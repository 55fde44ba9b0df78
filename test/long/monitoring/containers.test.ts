import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { prepareSecrets } from '../../../scripts/monitor/secrets.ts'
import { forPrometheus2 } from './configs.ts'
import {
  type ComposeFile,
  cleanClone,
  composeFile,
  HOST_FOLDERS,
  mountsOf,
  newVolumes,
  runContainer,
  type StandIn,
} from './containers.ts'

/** What the images have: the user that they run as, and the folders that things are mounted into. */
const IMAGES: Readonly<Record<string, StandIn>> = {
  collector: { user: 10001, folders: ['/etc'] },
  logs: { user: 0, folders: ['/etc'] },
  prometheus: { user: 65534, folders: ['/etc/prometheus', '/prometheus'] },
  alertmanager: { user: 65534, folders: ['/etc/alertmanager', '/alertmanager'] },
  loki: { user: 10001, folders: ['/etc/loki', '/loki'] },
  tempo: { user: 10001, folders: ['/var/tempo', '/etc'] },
  jaeger: { user: 10001, folders: ['/etc'] },
  grafana: { user: 472, folders: ['/etc/grafana', '/var/lib/grafana'] },
  owners: { user: 0, folders: [] },
  ready: { user: 0, folders: [] },
  victoriametrics: { user: 0, folders: ['/storage'] },
  elasticsearch: { user: 1000, folders: ['/usr/share/elasticsearch/data'] },
  kibana: { user: 1000, folders: [] },
  'postgres-exporter': { user: 65534, folders: [] },
  'mysqld-exporter': { user: 65534, folders: [] },
  'redis-exporter': { user: 59000, folders: [] },
  'node-exporter': { user: 65534, folders: [] },
  cadvisor: { user: 0, folders: [] },
}

/** New volumes belong to whoever owns the folder in the image, and to root where there is none. */
const VOLUMES = {
  collector: 0,
  offsets: 0,
  tempo: 0,
  prometheus: 65534,
  alertmanager: 65534,
  loki: 10001,
  grafana: 472,
  victoria: 0,
  elastic: 1000,
}

const hasRunc = process.getuid?.() === 0 && spawnSync('runc', ['--version']).status === 0
if (!hasRunc) {
  console.warn(
    'NOT TESTED: that containers can be created. Needs root and runc (apt-get install runc).',
  )
}

let folder: string
let secrets: string
let volumes: string
let host: string

const stackOf = (stack: 'dev' | 'prod'): ComposeFile =>
  composeFile(folder, {
    STACK: stack,
    MONITOR_SECRETS: secrets,
    LOG_FOLDER: join(volumes, 'written'),
    CONTAINERS_FOLDER: join(volumes, 'containers'),
  })

beforeAll(async () => {
  folder = cleanClone()
  secrets = join(dirname(folder), 'secrets')
  await prepareSecrets(secrets)
  volumes = newVolumes(VOLUMES)
  // What is on every machine with apps.
  for (const name of ['written', 'containers']) mkdirSync(join(volumes, name))
  host = join(dirname(folder), 'host')
  for (const path of HOST_FOLDERS) {
    mkdirSync(join(host, path), { recursive: true })
    writeFileSync(join(host, path, 'file'), 'of the host')
  }
  // What production has from you.
  spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=collector'],
    ...['-keyout', join(secrets, 'tls_key'), '-out', join(secrets, 'tls_cert')],
  ])
  chmodSync(join(secrets, 'tls_key'), 0o644)
  // The one that is on this machine is older than the container's.
  for (const name of ['dev', 'prod']) {
    const file = join(folder, `prometheus/prometheus.${name}.yml`)
    writeFileSync(file, forPrometheus2(readFileSync(file, 'utf8')))
  }
})

describe.each(['dev', 'prod'] as const)('in a clean clone, the containers of %s', (stack) => {
  it('mount what is there', () => {
    const file = stackOf(stack)
    for (const [name, service] of Object.entries(file.services)) {
      for (const { source } of mountsOf(file, service, { folder, volumes, host })) {
        expect(existsSync(source), `${name}: ${source}`).toBe(true)
      }
    }
  })

  it('mount and copy nothing into a folder that is mounted read-only, where it is not already', () => {
    const file = stackOf(stack)
    for (const [name, service] of Object.entries(file.services)) {
      const mounts = mountsOf(file, service, { folder, volumes, host })
      const outer = (target: string) =>
        mounts.filter((mount) => mount.isReadOnly && target.startsWith(`${mount.target}/`))
      for (const { target } of mounts) {
        for (const mount of outer(target)) {
          const place = join(mount.source, target.slice(mount.target.length))
          expect(existsSync(place), `${name}: ${target} inside of ${mount.target}`).toBe(true)
        }
      }
      for (const { target } of service.configs ?? []) {
        expect(outer(target), `${name}: ${target}`).toEqual([])
      }
    }
  })

  it('name files in their commands that are mounted', () => {
    const file = stackOf(stack)
    for (const [name, service] of Object.entries(file.services)) {
      const mounts = mountsOf(file, service, { folder, volumes, host })
      for (const path of (service.command ?? []).join(' ').match(/\/etc\/[\w./-]+/g) ?? []) {
        const mount = mounts.find((one) => path === one.target || path.startsWith(`${one.target}/`))
        const source = mount && join(mount.source, path.slice(mount.target.length))
        expect(source && statSync(source).isFile(), `${name}: ${path}`).toBe(true)
      }
    }
  })
})

const programs = findPrograms()
const { prometheus, alertmanager, collector } = programs
const path = (program: string | undefined): string =>
  program?.includes('/')
    ? program
    : spawnSync('which', [program ?? ''], { encoding: 'utf8' }).stdout.trim()

/** Real programs, and what they say once they have read their files. */
const REAL: Readonly<Record<string, { program: string | undefined; ready: RegExp }>> = {
  prometheus: { program: prometheus, ready: /Server is ready to receive web requests/ },
  alertmanager: { program: alertmanager, ready: /Completed loading of configuration file/ },
  collector: { program: collector, ready: /Everything is ready/ },
  'node-exporter': { program: programs.nodeExporter, ready: /Listening on/ },
  'postgres-exporter': { program: programs.postgresExporter, ready: /Listening on/ },
  'mysqld-exporter': { program: programs.mysqldExporter, ready: /Listening on/ },
  'redis-exporter': { program: programs.redisExporter, ready: /Providing metrics at/ },
  logs: { program: collector, ready: /Everything is ready/ },
}

/** Flags of the containers' versions that the machine's do not know. */
const NEWER = /otlp-receiver|mysqld\.address|no-collector\.wal/

/** In place of a program that is not here: reads all that is mounted, and writes into its volumes. */
const standIn = (mounts: readonly { target: string; isReadOnly: boolean }[]): string[] => {
  const checks = mounts.map(({ target, isReadOnly }) =>
    isReadOnly
      ? `find ${target} -type f | while read file; do cat "$file" >/dev/null || echo CANNOT READ $file; done`
      : `touch ${target}/written || echo CANNOT WRITE ${target}`,
  )
  return ['/bin/sh', '-c', [...checks, 'echo STARTED'].join('\n')]
}

describe.runIf(hasRunc)('a container of each service', () => {
  const start = async (name: string, stack: 'dev' | 'prod', ready = /STARTED/) => {
    const file = stackOf(stack)
    const service = file.services[name]
    const image = IMAGES[name]
    if (!service || !image) throw new Error(`Cannot start: there is no service ${name}`)
    const mounts = mountsOf(file, service, { folder, volumes, host })
    const copies = new Map(
      (service.configs ?? []).map(({ source, target }) => [
        target,
        file.configs[source]?.content ?? '',
      ]),
    )
    const real = name in REAL && ready.source !== 'STARTED' ? REAL[name] : undefined
    const program = '/program'
    const args = real
      ? [program, ...(service.command ?? []).filter((flag) => !NEWER.test(flag))]
      : name === 'owners'
        ? ['/bin/sh', '-c', `${service.command?.join(' ')} && echo STARTED`]
        : standIn(mounts)
    const bound = real ? [{ source: path(real.program), target: program, isReadOnly: true }] : []
    const env = service.environment ?? {}
    return runContainer({ image, mounts, copies, args, env }, ready, bound)
  }

  it('can be created, reads what it is given and writes where it should', async () => {
    const services = Object.keys(stackOf('dev').services)
    expect(services.sort()).toEqual(Object.keys(IMAGES).sort())
    const { output } = await start('owners', 'dev')
    expect(output).toContain('STARTED')
    for (const name of services) {
      const said = await start(name, 'prod')
      expect(said.output, name).toMatch(/STARTED/)
      expect(said.output, name).not.toContain('CANNOT')
    }
  })

  it.each(
    Object.keys(REAL).flatMap((name) =>
      (['dev', 'prod'] as const).map((stack) => [name, stack] as const),
    ),
  )('starts the real program of %s, %s', async (name, stack) => {
    const { program, ready } = REAL[name] ?? {}
    if (!program || !ready) return console.warn(`Not tested: ${name} is not installed.`)
    const { output, reached } = await start(name, stack, ready)
    expect(reached, output).toBe(true)
  })

  it('would not be created with a folder of secrets inside of a read-only one', async () => {
    const mounts = [
      { source: join(folder, 'alertmanager'), target: '/etc/alertmanager', isReadOnly: true },
      { source: secrets, target: '/etc/alertmanager/secrets', isReadOnly: true },
    ]
    const image = IMAGES.alertmanager as StandIn
    const args = standIn(mounts)
    const container = { image, mounts, copies: new Map<string, string>(), args, env: {} }
    const { output } = await runContainer(container, /STARTED/)
    expect(output).not.toContain('STARTED')
    expect(output).toMatch(/read-only file system/i)
  })
})
