/** In the head of an answer, or among the headers that a caller inside saw. */
const IN_HEAD = /^x-request-id: .*\n/gim
const INSIDE = /,?\["x-request-id","[^"]*"\]/g

/**
 * The one thing that we add on purpose: an `X-Request-ID`, where the app sends none. Where it does, nothing is left out,
 * and what is sent must be the app's.
 */
export const withoutAddedId = (ours: string, bare: string): string =>
  withoutId(bare) === bare ? withoutId(ours) : ours

const withoutId = (text: string): string =>
  text.replace(IN_HEAD, '').replace(INSIDE, '').replace('"headers":[,', '"headers":[')
