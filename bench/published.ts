import { readFileSync } from 'node:fs'

/** What a benchmark has written with `--json`. */
export const resultsOf = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`results/${name}.json`, import.meta.url), 'utf8')) as T

/** A Markdown table whose first column is text and the others are numbers. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, column) => (column ? '---:' : '---')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
