import { type Fence, fencesOf } from './fences.ts'
import { examplesOf, jsDocsOf } from './jsdoc.ts'

/** A module that documentation shows. */
export interface Snippet {
  /** Where it stands, relative to the project's folder. */
  file: string
  /** Number of its first line there, counted from 1. */
  line: number
  language: 'ts' | 'tsx'
  /** Whose types it is written for: `web` has the DOM's and Node's. */
  platform: 'web' | 'workers'
  /** Its code, with empty lines before it and in its gaps: a line's number is that in `file`. */
  code: string
}

/** The snippets of one or more files, and what is wrong with the way they are marked. */
export interface Extracted {
  snippets: Snippet[]
  mistakes: string[]
}

const SCRIPT = /^(?:[cm]?[jt]sx?|javascript|typescript)$/i
const WORDS = ['workers', 'continue', 'ignore']

/** What a change of an app stands in: the app, which it does not show. */
const AROUND_A_CHANGE = "declare const app: import('hono').Hono; "

/** What a change leaves: the lines that are added or stay, where they are. Nothing for those of other languages. */
function changed(fence: Fence): Fence | undefined {
  const [language, ...words] = fence.words
  if (language !== 'diff') {
    return fence
  }
  const [what = ''] = words
  if (!SCRIPT.test(what)) {
    return undefined
  }
  const [first = '', ...rest] = fence.code.map((line) =>
    line.startsWith('-') ? '' : line.slice(1),
  )
  return { ...fence, words, code: [AROUND_A_CHANGE + first, ...rest] }
}

/** The snippets of a Markdown page, or of the JSDoc comments of a source file. */
export function snippetsOf(file: string, text: string): Extracted {
  const lines = text.split(/\r?\n/)
  const pages = file.endsWith('.md') ? [fencesOf(lines)] : jsDocsOf(lines).map(examplesOf)
  return merge(pages.map((fences) => assemble(file, fences)))
}

/** Puts what several files contain into one list. */
export function merge(parts: readonly Extracted[]): Extracted {
  return {
    snippets: parts.flatMap(({ snippets }) => snippets),
    mistakes: parts.flatMap(({ mistakes }) => mistakes),
  }
}

function assemble(file: string, fences: readonly Fence[]): Extracted {
  const snippets: Snippet[] = []
  const mistakes: string[] = []
  for (const shown of fences) {
    if (shown.words[0] === 'diff' && shown.words.length === 1) {
      mistakes.push(`${file}:${shown.line} Cannot check a change: after diff must be its language`)
    }
    const fence = changed(shown)
    if (!fence) {
      continue
    }
    const [language = '', ...words] = fence.words
    if (!SCRIPT.test(language)) {
      continue
    }
    const mistake = mistakeOf(fence, snippets.length > 0)
    if (mistake) {
      mistakes.push(`${file}:${fence.line} Cannot check a snippet: ${mistake}`)
    } else if (words.includes('continue')) {
      const begun = snippets.at(-1) as Snippet
      begun.code = append(begun.code, fence)
    } else if (!words.includes('ignore')) {
      snippets.push({
        file,
        line: fence.line,
        language: language as Snippet['language'],
        platform: words.includes('workers') ? 'workers' : 'web',
        code: append('', fence),
      })
    }
  }
  return { snippets, mistakes }
}

function mistakeOf({ words, comment }: Fence, hasBegun: boolean): string | undefined {
  const [language = '', ...rest] = words
  if (language !== 'ts' && language !== 'tsx') {
    return `its language must be ts or tsx, received ${language}`
  }
  const unknown = rest.find((word) => !WORDS.includes(word))
  if (unknown) {
    return `a word after ${language} must be one of ${WORDS.join(', ')}, received ${unknown}`
  }
  if (rest.includes('ignore') && !comment) {
    return 'an ignored one must have its reason in an HTML comment on the line before'
  }
  if (rest.includes('continue') && (!hasBegun || rest.length > 1)) {
    return 'a continued one must have one before it, and no other word'
  }
  return undefined
}

const append = (code: string, { line, code: lines }: Fence): string =>
  code + '\n'.repeat(line - code.split('\n').length) + lines.join('\n')
