import { readFileSync } from 'node:fs'

/** What differs from column to column, row by row. */
export class Differences<Column extends string> {
  readonly #rows: Record<string, Partial<Record<Column, string>>> = {}

  note(what: string, column: Column, how: unknown): void {
    this.#rows[what] = { ...this.#rows[what], [column]: String(how || '–') } as Partial<
      Record<Column, string>
    >
  }

  print(): void {
    console.table(this.#rows)
  }

  /** As a table of Markdown has it, without its head. */
  cells(columns: readonly Column[]): (string | undefined)[][] {
    return Object.entries(this.#rows).map(([what, row]) => [
      what,
      ...columns.map((column) => row[column]),
    ])
  }
}

/** The cells of the last table below a heading, before the next one. */
export function tableBelow(heading: string, file: string): string[][] {
  const [, below = ''] = readFileSync(file, 'utf8').split(`${heading}\n`)
  const [section = ''] = below.split('\n## ')
  const table = section.split('\n\n').findLast((block) => block.startsWith('|')) ?? ''
  return table.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
