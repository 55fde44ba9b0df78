import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { root } from './project.ts'
import { runProcess } from './run-process.ts'
import type { Snippet } from './snippets.ts'

type Platform = Snippet['platform']

const SETTINGS: Record<Platform, { include: string[]; compilerOptions?: object }> = {
  // The part of the Workers runtime's types that the sources cannot do without.
  web: { include: ['../../../src/**/*.d.ts'] },
  workers: {
    include: [],
    compilerOptions: { lib: ['ES2024'], types: ['@cloudflare/workers-types'] },
  },
}

/**
 * Checks snippets with the project's own compiler options, and returns the errors as
 * `file:line message`. Each is a module of its own. They may leave what they declare unused: that
 * is how they show it.
 */
export async function compileErrors(snippets: readonly Snippet[]): Promise<string[]> {
  // Inside the project, so that packages are found, and where no tool looks for sources.
  mkdirSync(`${root}node_modules/.snippets`, { recursive: true })
  const folder = mkdtempSync(`${root}node_modules/.snippets/`)
  try {
    // Next to node_modules is a package.json that makes modules of them; inside there is none.
    writeFileSync(`${folder}/package.json`, '{ "type": "module" }')
    const errors = await Promise.all([
      compile(folder, 'web', snippets),
      compile(folder, 'workers', snippets),
    ])
    return errors.flat()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compile(
  folder: string,
  platform: Platform,
  snippets: readonly Snippet[],
): Promise<string[]> {
  const byName = new Map<string, Snippet>()
  for (const snippet of snippets.filter((each) => each.platform === platform)) {
    const { file, line, language, code } = snippet
    const name = `${file.replaceAll('/', '_')}_${line}.${language}`
    byName.set(name, snippet)
    writeFileSync(`${folder}/${name}`, code)
  }
  if (byName.size === 0) {
    return []
  }
  writeFileSync(`${folder}/${platform}.json`, JSON.stringify(configOf(platform, byName.keys())))
  const tsc = `${root}node_modules/typescript/bin/tsc`
  const args = [tsc, '--pretty', 'false', '-p', `${platform}.json`]
  const { code, stdout, stderr } = await runProcess(process.execPath, args, { cwd: folder })
  const errors = parse(stdout)
  const complaint = errors.find(({ file }) => file === undefined)
  if (complaint || (code !== 0 && errors.length === 0)) {
    throw new Error(`Cannot check snippets: tsc exited with ${code}\n${stdout}${stderr}`)
  }
  return errors.flatMap(({ file = '', line, message }) => {
    const snippet = byName.get(file)
    // Errors of the sources themselves are found, and better told, by the check of the project.
    return snippet ? [`${snippet.file}:${line} ${message}`] : []
  })
}

const configOf = (platform: Platform, names: Iterable<string>): object => ({
  extends: '../../../tsconfig.json',
  compilerOptions: {
    noUnusedLocals: false,
    noUnusedParameters: false,
    jsx: 'react-jsx',
    jsxImportSource: 'hono/jsx',
    ...SETTINGS[platform].compilerOptions,
  },
  include: SETTINGS[platform].include,
  exclude: [],
  files: [...names],
})

interface CompilerError {
  file?: string
  line?: number
  message: string
}

/** Reads lines like `a.ts(1,2): error TS2322: …`, of which indented ones continue the one before. */
function parse(output: string): CompilerError[] {
  const errors: CompilerError[] = []
  for (const text of output.split('\n').filter(Boolean)) {
    const [, path, line, message] = /^(.+?)\((\d+),\d+\): error (.*)$/.exec(text) ?? []
    const last = errors.at(-1)
    if (path && message) {
      errors.push({ file: basename(path), line: Number(line), message })
    } else if (last && /^\s/.test(text)) {
      last.message += `\n${text}`
    } else {
      errors.push({ message: text })
    }
  }
  return errors
}
