import { posix } from 'node:path'
import type { Places } from '../scripts/package/absolute-links.ts'
import type { Page } from './pages.ts'

/** What a link needs to know: which files are pages, and where all others can be read. */
export interface Site {
  pages: readonly Page[]
  places: Places
}

export interface Rendered {
  title: string
  description: string
  /** Without its title: the site shows that itself. */
  body: string
  /** Pictures, by the file of the project that they are. */
  pictures: string[]
}

const plain = (text: string): string =>
  text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .replace(/\s+/g, ' ')
    .trim()

/** Where the site has a project's picture. */
export const pictureName = (file: string): string => file.replaceAll('/', '-')

/** A page for the site: its links lead to other pages of it, or to the repository where it has none. */
export const renderPage = (
  { file, title }: Page,
  text: string,
  { pages, places }: Site,
): Rendered => {
  const pictures: string[] = []
  const target = (path: string): string => {
    const [name = '', anchor] = path.split('#')
    const place = posix.join(posix.dirname(file), name)
    const page = pages.find((each) => each.file === place)
    const end = anchor === undefined ? '' : `#${anchor}`
    return page ? `/${page.slug}/${end}` : `${places.page}/${place}${end}`
  }
  const picture = (path: string): string => {
    const place = posix.join(posix.dirname(file), path)
    pictures.push(place)
    return `/pictures/${pictureName(place)}`
  }
  const relative = '(?![a-z][a-z+.-]*:|//|#)'
  let isCode = false
  const lines = text.split('\n').map((line) => {
    isCode = /^\s*(```|~~~)/.test(line) ? !isCode : isCode
    if (isCode) {
      return line
    }
    return line
      .replace(
        new RegExp(`(!\\[[^\\]]*\\]\\()${relative}([^)\\s]+)`, 'g'),
        (_match, before: string, path: string) => before + picture(path),
      )
      .replace(
        new RegExp(`(?<!!\\[[^\\]]*)(\\]\\()(?!/)${relative}([^)\\s]+)`, 'g'),
        (_match, before: string, path: string) => before + target(path),
      )
  })
  const heading = lines.findIndex((line) => line.startsWith('# '))
  if (heading < 0) {
    throw new Error(`Cannot make a page: ${file} must have a title`)
  }
  const rest = lines.slice(heading + 1)
  const [first = ''] = rest.join('\n').trim().split('\n\n')
  return {
    title: title ?? plain(lines[heading]?.slice(2) ?? ''),
    description: plain(first),
    body: rest.join('\n'),
    pictures,
  }
}
