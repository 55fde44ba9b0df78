import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { root } from '../../support/docs/project.ts'

/** A service of compose.yaml, as far as it takes part here. */
export interface ComposeService {
  readonly image: string
  readonly command?: readonly string[]
  readonly volumes?: readonly string[]
  readonly secrets?: readonly string[]
  readonly configs?: readonly { readonly source: string; readonly target: string }[]
  readonly environment?: Readonly<Record<string, string>>
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
  readonly configs: Readonly<Record<string, { readonly content: string }>>
}

/** Something that a container has at a place. */
export interface Mount {
  readonly source: string
  readonly target: string
  readonly isReadOnly: boolean
}

/** The files of the repository, and no others: what a clone has. Returns its folder `monitoring`. */
export const cleanClone = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'clone-'))
  const { stdout } = spawnSync('git', ['ls-files', 'monitoring'], { cwd: root, encoding: 'utf8' })
  for (const file of stdout.trim().split('\n')) {
    cpSync(join(root, file), join(folder, file), { recursive: true })
  }
  return join(folder, 'monitoring')
}

/** compose.yaml with its variables filled in, as Compose does. */
export const composeFile = (
  folder: string,
  variables: Readonly<Record<string, string>>,
): ComposeFile => {
  const fill = (text: string): string =>
    // Defaults may have variables in them; those inside are filled in first.
    text.includes('${')
      ? fill(
          text.replace(
            /\$\{(\w+)(?::?[-?]([^{}]*))?\}/g,
            (_, name: string, fallback = '') => variables[name] || fallback,
          ),
        )
      : text
  return parse(fill(readFileSync(join(folder, 'compose.yaml'), 'utf8')), { merge: true })
}

/** What exporters see of the host; the place of each is taken by a folder of that path in `places.host`. */
export const HOST_FOLDERS: readonly string[] = ['/', '/var/run', '/sys', '/var/lib/docker']

/** What is mounted into a service, in the order in which a container engine does it: outer places first. */
export const mountsOf = (
  { secrets }: ComposeFile,
  service: ComposeService,
  places: { readonly folder: string; readonly volumes: string; readonly host: string },
): Mount[] => {
  const volumes = (service.volumes ?? []).map((text): Mount => {
    const [from = '', target = '', mode] = text.split(':')
    const isVolume = /^\w+$/.test(from)
    const isHost = HOST_FOLDERS.includes(from)
    const local = isHost ? join(places.host, from) : from.replace(/^\./, places.folder)
    const source = isVolume ? join(places.volumes, from) : local
    return { source, target, isReadOnly: !!mode?.split(',').includes('ro') }
  })
  const files = (service.secrets ?? []).map((name): Mount => {
    const source = secrets[name]?.file ?? ''
    return { source, target: `/run/secrets/${name}`, isReadOnly: true }
  })
  return [...volumes, ...files].sort((a, b) => a.target.length - b.target.length)
}

/** An image as far as a container's creation goes: its user, and the folders that it has. */
export interface StandIn {
  readonly user: number
  readonly folders: readonly string[]
}

/** A container to be run. */
export interface Container {
  readonly image: StandIn
  readonly mounts: readonly Mount[]
  /** Files that Compose copies in, by their paths. */
  readonly copies: ReadonlyMap<string, string>
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const ROOT_MAY = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER']
const MACHINE = ['/usr/bin', '/usr/lib', '/usr/share/zoneinfo', '/lib', '/lib64', '/bin']

/**
 * Creates a container with runc and runs it: until it ends by itself, or says what is waited for. The machine's own
 * programs are there, read-only; the rest of its file system is the image's folders. It has a network of its own.
 *
 * @returns What it said.
 */
export const runContainer = async (
  { image, mounts, copies, args, env }: Container,
  until: RegExp,
  bound: readonly Mount[] = [],
): Promise<{ output: string; reached: boolean }> => {
  const bundle = mkdtempSync(join(tmpdir(), 'container-'))
  const rootfs = join(bundle, 'rootfs')
  for (const folder of ['/proc', '/sys', '/tmp', '/run/secrets', ...MACHINE, ...image.folders]) {
    mkdirSync(join(rootfs, folder), { recursive: true })
  }
  chmodSync(join(rootfs, 'tmp'), 0o1777)
  for (const folder of image.folders) chownSync(join(rootfs, folder), image.user, image.user)
  for (const [path, content] of copies) {
    mkdirSync(dirname(join(rootfs, path)), { recursive: true })
    writeFileSync(join(rootfs, path), content, { mode: 0o444 })
  }
  const machine = MACHINE.map((path) => ({ source: path, target: path, isReadOnly: true }))
  const spec = {
    ociVersion: '1.0.2',
    process: {
      user: { uid: image.user, gid: image.user },
      cwd: '/',
      args,
      env: Object.entries({ PATH: '/usr/bin:/bin', ...env }).map((pair) => pair.join('=')),
      noNewPrivileges: true,
      // Of what engines leave to root, what is needed here; to others they leave none.
      ...(image.user === 0 && {
        capabilities: { bounding: ROOT_MAY, effective: ROOT_MAY, permitted: ROOT_MAY },
      }),
    },
    root: { path: 'rootfs' },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro'] },
      ...[...machine, ...bound, ...mounts].map(({ source, target, isReadOnly }) => ({
        destination: target,
        type: 'bind',
        source,
        options: ['rbind', isReadOnly ? 'ro' : 'rw'],
      })),
    ],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount', 'network'].map((type) => ({ type })),
    },
  }
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec))
  const id = `monitoring-${process.pid}-${Date.now()}`
  const runc = ['--root', join(bundle, 'state')]
  const child = spawn('runc', [...runc, 'run', id], { cwd: bundle })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })
  }
  const ended = once(child, 'close')
  const deadlineMs = Date.now() + 30_000
  while (child.exitCode === null && !until.test(output) && Date.now() < deadlineMs) {
    await sleep(50)
  }
  const reached = until.test(output)
  if (child.exitCode === null) spawnSync('runc', [...runc, 'kill', id, 'KILL'])
  await ended
  return { output, reached }
}

/** A folder for each volume, which belongs to its image's user, as a new volume of a container engine does. */
export const newVolumes = (owners: Readonly<Record<string, number>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'volumes-'))
  for (const [name, user] of Object.entries(owners)) {
    mkdirSync(join(folder, name))
    chownSync(join(folder, name), user, user)
  }
  return folder
}
