/**
 * A page with something new between the comments that begin and end a part of it.
 *
 * @throws Error if it has no such comments.
 */
export const between = (page: string, part: string, content: string): string => {
  const [begin, end] = [`<!-- ${part}: begin -->`, `<!-- ${part}: end -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`Cannot write: the page must have ${begin} and ${end}`)
  return `${page.slice(0, from + begin.length)}\n\n${content}\n\n${page.slice(to)}`
}
