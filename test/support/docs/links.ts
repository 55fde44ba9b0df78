import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { withoutFences } from './fences.ts'
import { readProjectFile, root } from './project.ts'

/** A link to a place in the project. */
export interface Link {
  /** Number of its line, counted from 1. */
  line: number
  target: string
}

const TARGETS = [
  // Inline, with or without a title; the text before may be anything, an image included.
  /\]\(<?([^)\s>]+)>?[^)]*\)/g,
  // A reference's definition.
  /^\s*\[[^\]]+\]:\s*<?([^\s>]+)>?/g,
  /\b(?:href|src)="([^"]+)"/g,
]

/** The links of a Markdown page that lead to no other host. */
export function linksOf(text: string): Link[] {
  return withoutFences(text.split('\n'))
    .map((line) => line.replace(/(`+).*?\1/g, ''))
    .flatMap((line, index) =>
      TARGETS.flatMap((pattern) => [...line.matchAll(pattern)]).map(([, target = '']) => ({
        line: index + 1,
        target,
      })),
    )
    .filter(({ target }) => !/^(?:[a-z][a-z+.-]*:|\/\/)/i.test(target))
}

/** The names of a page's headings as GitHub makes them, and those of its HTML elements. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const line of withoutFences(text.split('\n'))) {
    for (const [, id = ''] of line.matchAll(/<\w+[^>]*\s(?:id|name)="([^"]+)"/g)) {
      anchors.add(id)
    }
    const heading = /^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$/.exec(line)?.[1]
    if (heading !== undefined) {
      anchors.add(unused(slugOf(heading), anchors))
    }
  }
  return anchors
}

/** What is wrong with a page's links, as `file:line message`. */
export function brokenLinks(page: string, text: string = readProjectFile(page)): string[] {
  return linksOf(text).flatMap(({ line, target }) => {
    const fault = faultOf(target, page, text)
    return fault ? [`${page}:${line} Cannot follow ${target}: ${fault}`] : []
  })
}

function faultOf(target: string, page: string, text: string): string | undefined {
  const [path = '', anchor] = target.split('#').map(decodeURIComponent)
  const file = path === '' ? page : posix.join(posix.dirname(page), path)
  if (file.startsWith('..') || path.startsWith('/')) {
    return 'it leads out of the project'
  }
  if (file !== page && !existsSync(`${root}${file}`)) {
    return `there is no ${file}`
  }
  if (anchor === undefined || !file.endsWith('.md')) {
    return undefined
  }
  const anchors = anchorsOf(file === page ? text : readProjectFile(file))
  return anchors.has(anchor) ? undefined : `${file} has no heading for it`
}

const slugOf = (heading: string): string =>
  heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>/g, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')

function unused(slug: string, taken: ReadonlySet<string>): string {
  let name = slug
  for (let count = 1; taken.has(name); count++) {
    name = `${slug}-${count}`
  }
  return name
}
