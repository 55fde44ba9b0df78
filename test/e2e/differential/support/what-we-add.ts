/**
 * What we add to responses on purpose, in the head of an answer and among the headers that a caller inside saw: an
 * `X-Request-ID`, where the app sends none (where it does, nothing is left out, and what is sent must be the app's);
 * and, if asked for, one `Server-Timing` and the id of an error.
 */
export const withoutWhatWeAdd = (ours: string, bare: string): string => {
  const text = without(TIMING_AND_ERROR, ours)
  return without(REQUEST_ID, bare) === bare ? without(REQUEST_ID, text) : text
}

type Pattern = readonly [pattern: RegExp, replacement: string]

const REQUEST_ID: readonly Pattern[] = [
  [/^x-request-id: .*\n/gim, ''],
  [/,?\["x-request-id","[^"]*"\]/g, ''],
  // Of a head that was never finished.
  [/x-request-id: [^\\"\n]*\\r\\n/gi, ''],
]

const TIMING_AND_ERROR: readonly Pattern[] = [
  // Once a line: what grows is seen.
  [/^server-timing: traceparent;desc="[^"]*"\n/gim, ''],
  [/^(server-timing: .*), traceparent;desc="[^"]*"$/gim, '$1'],
  [/,?\["server-timing","traceparent;desc=\\"[^"]*\\""\]/, ''],
  [/(\["server-timing",".*), traceparent;desc=\\"[^"]*\\""\]/, '$1"]'],
  [/server-timing: traceparent;desc=\\"[^"]*\\"\\r\\n/gi, ''],
  [/^x-error-id: .*\n/gim, ''],
  [/,?\["x-error-id","[^"]*"\]/g, ''],
]

const without = (patterns: readonly Pattern[], text: string): string =>
  patterns
    .reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text)
    .replace('"headers":[,', '"headers":[')
