import { type Fence, fencesOf } from './fences.ts'

/** A JSDoc comment without its asterisks. */
export interface JsDoc {
  /** Number of its first line, counted from 1. */
  line: number
  lines: string[]
}

/** The JSDoc comments of a source file: those that begin a line. */
export function jsDocsOf(lines: readonly string[]): JsDoc[] {
  const docs: JsDoc[] = []
  let open: JsDoc | undefined
  for (const [index, line] of lines.entries()) {
    if (!open && /^\s*\/\*\*(?!\/)/.test(line)) {
      open = { line: index + 1, lines: [] }
      docs.push(open)
    }
    if (open) {
      const text = line.replace(/\s*\*\/.*$/, '').replace(/^\s*(?:\/\*\*|\*) ?/, '')
      open.lines.push(text)
      if (line.includes('*/')) {
        open = undefined
      }
    }
  }
  return docs
}

/** The code in a JSDoc comment: fenced blocks, and each `@example` that has none. */
export function examplesOf({ line, lines }: JsDoc): Fence[] {
  const fences = fencesOf(lines, line)
  for (const [start, text] of lines.entries()) {
    if (/^@example\b/.test(text)) {
      const next = lines.findIndex((other, index) => index > start && /^@\w/.test(other))
      const end = next < 0 ? lines.length : next
      const isFenced = fences.some((fence) => fence.line > line + start && fence.line <= line + end)
      if (!isFenced) {
        const code = [text.replace('@example', '').trimStart(), ...lines.slice(start + 1, end)]
        fences.push({ words: ['ts'], line: line + start, code })
      }
    }
  }
  return fences
}
