/** A row of a Markdown table. */
export interface Row {
  /** Number of its line, counted from 1. */
  line: number
  cells: readonly string[]
}

/** The rows of a page's tables, without the rules and without the heads, which begin with `head`. */
export const rowsOf = (page: string, head: string): Row[] =>
  page
    .split('\n')
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text.startsWith('|') && !/^\|[-:]/.test(text))
    .map(({ text, line }) => ({
      line,
      cells: text
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    }))
    .filter(({ cells }) => cells[0] !== head)

const TEST = /^test\/(?:unit|workerd|e2e|long)\/.+\.test\.ts$/

/** The files that a cell of a page in `docs` links to, from the project's folder. */
export const filesIn = (cell: string): string[] =>
  [...cell.matchAll(/\]\(\.\.\/([^)#]+)[^)]*\)/g)].map(([, file = '']) => file)

/** Whether a file's name is that of a test. */
export const isTest = (file: string): boolean => TEST.test(file)
