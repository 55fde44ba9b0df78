import { existsSync, globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>
  readonly optionalDependencies?: Record<string, string>
  readonly bundleDependencies?: unknown
  readonly scripts?: Record<string, string>
  readonly files?: readonly string[]
  readonly bin?: unknown
  readonly gypfile?: boolean
}

interface Locked {
  readonly dependencies?: Record<string, string>
  readonly hasInstallScript?: boolean
  readonly integrity?: string
  readonly link?: boolean
}

const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T

const manifest = read<Manifest>('package.json')
const { packages } = read<{ packages: Record<string, Locked> }>('package-lock.json')

// What npm runs on a user's machine, for a package from a registry.
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']

/** The packages, and all that they bring. */
const closure = (names: readonly string[], found = new Set<string>()): Set<string> => {
  for (const name of names) {
    if (!found.has(name)) {
      found.add(name)
      closure(Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {}), found)
    }
  }
  return found
}

it('a user installs zod, and has hono and the API', () => {
  expect(Object.keys(manifest.dependencies ?? {})).toEqual(['zod'])
  // What is optional is not installed: it is only said which version goes with ours.
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => manifest.peerDependenciesMeta?.[name]?.optional !== true,
  )
  expect(peers.toSorted()).toEqual(['@opentelemetry/api', 'hono'])
  expect(manifest.optionalDependencies).toBeUndefined()
  expect(manifest.bundleDependencies).toBeUndefined()
  const brought = closure([...Object.keys(manifest.dependencies ?? {}), ...peers])
  expect([...brought].toSorted()).toEqual(['@opentelemetry/api', 'hono', 'zod'])
})

it('nothing of it runs when it is installed', () => {
  for (const name of INSTALL_SCRIPTS) {
    expect(manifest.scripts?.[name]).toBeUndefined()
  }
  expect(manifest.gypfile).toBeUndefined()
  expect(existsSync('binding.gyp')).toBe(false)
  for (const name of ['zod', 'hono', '@opentelemetry/api']) {
    expect(packages[`node_modules/${name}`]?.hasInstallScript).toBeUndefined()
    const { scripts = {} } = read<Manifest>(`node_modules/${name}/package.json`)
    expect(INSTALL_SCRIPTS.filter((script) => script in scripts)).toEqual([])
  }
})

it('only the built code is published', () => {
  expect(manifest.files).toEqual(['dist', 'CHANGELOG.md'])
})

it('the code imports nothing else', () => {
  const imported = new Set<string>()
  for (const file of globSync('src/**/*.ts')) {
    const code = readFileSync(file, 'utf8').replace(/^\s*\*.*$|\/\/.*$/gm, '')
    for (const [, name = ''] of code.matchAll(/(?:from|import\()\s*'([^'.\s][^'\s]*)'/g)) {
      imported.add(name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name)
    }
  }
  const outside = [...imported].filter(
    (name) => !/^(hono|zod|@opentelemetry\/api)(\/|$)/.test(name),
  )
  // The runtimes' own.
  expect(outside.filter((name) => !/^(node|cloudflare):/.test(name))).toEqual([])
})

it('every package that is developed with is pinned by its hash', () => {
  const entries = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link)
  expect(entries.length).toBeGreaterThan(100)
  expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([])
})

it('who may run install scripts in development has been decided', () => {
  const { allowScripts } = read<{ allowScripts: Record<string, boolean> }>('package.json')
  const scripted = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
  expect(Object.keys(allowScripts)).toEqual(expect.arrayContaining(scripted))
})
