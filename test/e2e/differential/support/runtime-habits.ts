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
