import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { basename, join } from 'node:path'

/** Maps that are looked for in a directory, and the bytes of the largest one that is read. */
const MAX_MAPS = 200
const MAX_MAP_BYTES = 64_000_000

/** Lines of a stack that are read, and characters of one of them: it is a sender's text. */
const MAX_LINES = 200
const MAX_LINE_LENGTH = 2000

/** How long what a directory holds is believed: one answer may have a thousand stacks. */
const LISTING_MS = 1000

interface Known {
  readonly mtimeMs: number
  readonly map: SourceMap | undefined
}

/**
 * Reads stacks through the source maps of a directory: a place in `worker.js` by `worker.js.map`, wherever in it that is.
 * A map that was built anew is read anew. What has no map stays as it is.
 *
 * @returns What a stack says of the sources; undefined when no line of it has a map.
 */
export function stackReader(directory: string): (stack: string) => string | undefined {
  const known = new Map<string, Known>()
  let paths: ReadonlyMap<string, string> = new Map()
  let listedMs = Number.NEGATIVE_INFINITY
  const mapOf = (file: string): SourceMap | undefined => {
    const path = paths.get(`${file}.map`)
    if (!path) return undefined
    const { mtimeMs, size } = statSync(path)
    const before = known.get(path)
    if (before?.mtimeMs === mtimeMs) return before.map
    const map = size <= MAX_MAP_BYTES ? read(path) : undefined
    known.set(path, { mtimeMs, map })
    return map
  }
  return (stack) => {
    try {
      if (performance.now() - listedMs > LISTING_MS) {
        paths = mapsBelow(directory)
        listedMs = performance.now()
      }
      let isChanged = false
      const lines = stack.split('\n')
      const mapped = lines.slice(0, MAX_LINES).map((line) => {
        const frame = frameOf(line)
        const origin = frame && mapOf(frame.file)?.findOrigin(frame.line, frame.column)
        if (!frame || !origin || !('fileName' in origin)) return line
        isChanged = true
        const { fileName, lineNumber, columnNumber } = origin
        return `${frame.before}${fileName}:${lineNumber}:${columnNumber}${frame.after}`
      })
      return isChanged ? [...mapped, ...lines.slice(MAX_LINES)].join('\n') : undefined
    } catch {
      // A map that is being written, or a directory that has gone.
      return undefined
    }
  }
}

interface Frame {
  readonly before: string
  /** Without its directories. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly after: string
}

/** A line such as `at pay (file:///app/worker.js:12:34)`, in V8's form or in those of other engines. */
export function frameOf(text: string): Frame | undefined {
  if (text.length > MAX_LINE_LENGTH) return undefined
  const [whole, line, column, after = ''] = /:(\d{1,9}):(\d{1,9})(\)?)$/.exec(text.trimEnd()) ?? []
  if (whole === undefined) return undefined
  const head = text.trimEnd().slice(0, -whole.length)
  const start = Math.max(head.lastIndexOf('('), head.lastIndexOf(' '), head.lastIndexOf('@')) + 1
  const path = head.slice(start).replace(/[?#].*$/, '')
  const file = basename(path.replaceAll('\\', '/'))
  return file
    ? { before: head.slice(0, start), file, line: Number(line), column: Number(column), after }
    : undefined
}

function read(path: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** Paths of maps by their names; the first of a name. */
function mapsBelow(directory: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>()
  const open = [directory]
  for (let at = open.shift(); at !== undefined && paths.size < MAX_MAPS; at = open.shift()) {
    for (const entry of entriesOf(at)) {
      if (entry.isDirectory() && entry.name !== 'node_modules' && open.length < MAX_MAPS) {
        open.push(join(at, entry.name))
      } else if (entry.name.endsWith('.map') && !paths.has(entry.name)) {
        paths.set(entry.name, join(at, entry.name))
      }
    }
  }
  return paths
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    return []
  }
}
