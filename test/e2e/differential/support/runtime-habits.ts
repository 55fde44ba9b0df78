import type { Runtime } from '../routes/group.ts'

/** Of whom something was asked, and how. */
export interface Asked {
  runtime: Runtime
  method: string
}

const nameOf = (line: string): string => line.slice(0, line.indexOf(':')).toLowerCase()

/**
 * What Deno and Bun make of headers as soon as anybody adds one, as any middleware may: Deno writes names as they were
 * given, in that order, and from then on in lower case and sorted; Bun takes the type of a body into the headers, in
 * another case and place, and to the answer of a HEAD. Lines of one name keep their order, and all count.
 */
export const asTheRuntimeHasIt = (
  [status = '', ...lines]: string[],
  { runtime, method }: Asked,
): string[] => {
  if (runtime !== 'deno' && runtime !== 'bun') {
    return [status, ...lines]
  }
  const sorted = lines
    .map((line) => nameOf(line) + line.slice(line.indexOf(':')))
    .sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
  const isTypeless = runtime === 'bun' && method === 'HEAD'
  return [
    status,
    ...(isTypeless ? sorted.filter((line) => nameOf(line) !== 'content-type') : sorted),
  ]
}

/**
 * Bodies whose chunks all wait before the first is read. workerd joins such chunks as it sends them, or parts them at
 * sizes of its own, when no script reads them; read by a script, ours or another middleware's, each is sent alone.
 * The one thing that we do change, and `docs/runtimes.md` says so: there, the bytes count, and not where they are parted.
 */
const WAITING = /^\/streams\/(chunks-at-once|large-chunks)$/

export const partsAsItLikes = (runtime: Runtime, path: string): boolean =>
  runtime === 'workerd' && WAITING.test(path)
