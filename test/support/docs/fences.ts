/** A fenced block of code in Markdown. */
export interface Fence {
  /** The words after the backticks: `['ts', 'workers']`. */
  words: string[]
  /** Number of the first line of code, counted from 1. */
  line: number
  code: string[]
  /** What an HTML comment on the line before says. */
  comment?: string
}

// A list's item or a quotation may begin with one.
const OPENING = /^([ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(`{3,}|~{3,})([^`]*)$/
const COMMENT = /^[ \t>]*<!--(.*)-->\s*$/

/** The fenced blocks of Markdown whose first line has the number `firstLine`. */
export function fencesOf(lines: readonly string[], firstLine = 1): Fence[] {
  const fences: Fence[] = []
  let open: { fence: Fence; marker: string; indent: number } | undefined
  for (const [index, line] of lines.entries()) {
    if (open) {
      if (isClosing(line, open.marker)) {
        open = undefined
      } else {
        open.fence.code.push(unindent(line, open.indent))
      }
      continue
    }
    const [, indent = '', marker, info = ''] = OPENING.exec(line) ?? []
    if (marker) {
      const comment = COMMENT.exec(lines[index - 1] ?? '')?.[1]?.trim()
      const fence: Fence = {
        words: info.trim().split(/\s+/),
        line: firstLine + index + 1,
        code: [],
        ...(comment && { comment }),
      }
      fences.push(fence)
      open = { fence, marker, indent: indent.length }
    }
  }
  return fences
}

/** The lines with nothing left of those that are code. */
export function withoutFences(lines: readonly string[]): string[] {
  const prose = [...lines]
  for (const { line, code } of fencesOf(lines)) {
    prose.fill('', line - 1, line - 1 + code.length)
  }
  return prose
}

const isClosing = (line: string, marker: string): boolean => {
  const text = line.replace(/^[ \t>]*/, '').trimEnd()
  return text.length >= marker.length && text === marker.charAt(0).repeat(text.length)
}

const unindent = (line: string, indent: number): string =>
  line.slice(0, indent).replace(/^[ \t>]*/, '') + line.slice(indent)
