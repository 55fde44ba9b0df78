import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { absoluteLinks, placesOf } from './absolute-links.ts'

/** npm's commands are scripts on Windows, which only a shell starts. */
const shell = process.platform === 'win32'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The part of package.json that says what is published. */
export interface Manifest {
  name: string
  version: string
  files: string[]
  /** Whose it is. The owner is a placeholder until somebody publishes it: CONTRIBUTING.md, "Publishing". */
  repository: { type: string; url: string }
  homepage: string
  bugs: { url: string }
  exports: Record<string, string | Record<string, string>>
  main: string
  types: string
  typesVersions: Record<string, Record<string, string[]>>
  peerDependencies: Record<string, string>
  dependencies: Record<string, string>
}

export const manifest = (): Manifest =>
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest

/** Builds the package as it is now into a folder of its own, so that nobody's `dist` changes under them. */
export const stagePackage = (folder: string): void => {
  const script = join(root, 'scripts/build.ts')
  execFileSync(process.execPath, [script, join(folder, 'dist')], { cwd: root, stdio: 'inherit' })
  copyOthers(folder)
}

/** The same without the viewer: what an app imports, which takes less time. */
export const stageLibrary = (folder: string): void => {
  const project = join(root, 'tsconfig.build.json')
  const args = ['-p', project, '--outDir', join(folder, 'dist')]
  execFileSync('tsc', args, { stdio: 'inherit', shell })
  copyOthers(folder)
}

const copyOthers = (folder: string): void => {
  const others = manifest().files.filter((file) => file !== 'dist')
  for (const file of ['package.json', 'README.md', 'LICENSE', ...others]) {
    cpSync(join(root, file), join(folder, file), { recursive: true })
  }
  // Read on npm's page and in node_modules, where the files that it leads to are not.
  const { repository, version } = manifest()
  const readme = join(folder, 'README.md')
  writeFileSync(
    readme,
    absoluteLinks(readFileSync(readme, 'utf8'), placesOf(repository, `v${version}`)),
  )
}

/** Packs a staged package as `npm publish` would. Returns the archive's path. */
export const packPackage = (folder: string): string => {
  const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell,
  })
  const packed: unknown = JSON.parse(output)
  // A list, or an object by package name, as npm's version has it.
  const [first] = Object.values(packed as Record<string, { filename: string }>)
  if (!first) {
    throw new Error(`Cannot pack: npm must name an archive, received ${output}`)
  }
  return join(folder, first.filename)
}
