import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The project's folder, with a slash at its end. */
export const root: string = fileURLToPath(new URL('../../..', import.meta.url))

/** Markdown that users read, relative to {@link root}. */
export const pages = (): string[] =>
  find('*.md', 'docs/**/*.md', 'examples/**/*.md', 'monitoring/**/*.md')

/** The package's own modules, relative to {@link root}. */
export const sources = (): string[] => find('src/**/*.{ts,tsx}')

/** Modules that users import, relative to {@link root}. */
export const entries = (): string[] => find('src/index.ts', 'src/*/index.ts')

export const readProjectFile = (file: string): string => readFileSync(`${root}${file}`, 'utf8')

const find = (...patterns: string[]): string[] =>
  globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] }).sort()
