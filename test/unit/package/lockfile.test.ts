import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { readProjectFile, root } from '../../support/docs/project.ts'

interface Locked {
  version?: string
  resolved?: string
  integrity?: string
  link?: boolean
  os?: string[]
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

type Lock = Record<string, Locked>

const lockFiles = execFileSync('git', ['ls-files', '*package-lock.json'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean)

const read = (file: string): Lock =>
  (JSON.parse(readProjectFile(file)) as { packages: Lock }).packages

/** Where Node finds a package that `folder` asks for; undefined where it finds none. */
const find = (lock: Lock, folder: string, name: string): string | undefined => {
  for (
    let from = folder;
    ;
    from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1))
  ) {
    const path = `${from ? `${from}/` : ''}node_modules/${name}`
    if (lock[path]) {
      return path
    }
    if (from === '') {
      return undefined
    }
  }
}

/** Packages that a locked package brings where they run, and that the lock does not have. */
const missing = (lock: Lock): string[] =>
  Object.entries(lock).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !find(lock, folder, name))
      .map((name) => `${name}, of ${folder}`),
  )

/** The systems that one tool's binaries are for, by the tool. */
const systems = (lock: Lock): Record<string, string[]> => {
  const found: Record<string, string[]> = {}
  for (const [folder, { optionalDependencies = {} }] of Object.entries(lock)) {
    const own = Object.keys(optionalDependencies).flatMap(
      (name) => lock[find(lock, folder, name) ?? '']?.os ?? [],
    )
    // One system alone, such as macOS's file watcher, is no family.
    if (new Set(own).size > 1) {
      found[folder] = [...new Set(own)]
    }
  }
  return found
}

describe.each(lockFiles)('%s', (file) => {
  const lock = read(file)
  const manifest = JSON.parse(readProjectFile(file.replace('-lock', ''))) as Locked

  it('has every package for every platform, wherever it was written', () => {
    expect(missing(lock)).toEqual([])
  })

  it('has the binaries of each tool for Linux, macOS and Windows', () => {
    for (const [tool, found] of Object.entries(systems(lock))) {
      expect([tool, found]).toEqual([tool, expect.arrayContaining(['linux', 'darwin', 'win32'])])
    }
  })

  it('says what package.json says', () => {
    expect(lock['']?.dependencies).toEqual(manifest.dependencies)
    expect(lock['']?.devDependencies).toEqual(manifest.devDependencies)
  })

  it('names no registry, and what to expect of it', () => {
    const packages = Object.entries(lock).filter(([folder, { link }]) => folder && !link)
    expect(packages.filter(([, { resolved }]) => resolved).map(([folder]) => folder)).toEqual([])
    expect(packages.filter(([, { integrity }]) => !integrity).map(([folder]) => folder)).toEqual([])
  })
})

it('the lock of the tools knows the families that are known to have been lost', () => {
  const lock = read('package-lock.json')
  const tools = Object.keys(systems(lock)).map((folder) => folder.split('node_modules/').at(-1))
  expect(tools).toEqual(
    expect.arrayContaining(['@biomejs/biome', 'deno', 'bun', 'esbuild', 'rolldown', 'workerd']),
  )
})

it('a lock written for one platform is found out', () => {
  const lock: Lock = {
    '': {},
    'node_modules/tool': { optionalDependencies: { 'tool-linux': '1', 'tool-darwin': '1' } },
    'node_modules/tool/node_modules/tool-linux': { os: ['linux'] },
  }
  expect(missing(lock)).toEqual(['tool-darwin, of node_modules/tool'])
})
