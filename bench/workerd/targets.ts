import type { Row } from './report.ts'

/** A target of ours and what became of it. */
export interface Verdict {
  title: string
  measured: string
  target: string
  isMet: boolean
}

const DUE_SPANS = 1

const verdict = (
  title: string,
  value: number,
  limit: number,
  format: (value: number) => string,
): Verdict => ({ title, measured: format(value), target: format(limit), isMet: value <= limit })

const share = (value: number): string => `1/${(1 / value).toFixed(1)}`
const percent = (value: number): string => `${value.toFixed(0)} %`
const times = (value: number): string => `${value.toFixed(1)} ×`
const megabytes = (value: number): string => `${value.toFixed(0)} MB`

/** What we aim for on a route with one span, and what was measured; empty when a variant it needs was left out. */
export const verdictsOf = (rows: readonly Row[]): Verdict[] => {
  const find = (wanted: string): Row | undefined => rows.find(({ id }) => id === wanted)
  const [bare, ours, logs, peer] = [
    find('bare'),
    find('traces-metrics'),
    find('all'),
    find('otel-cf-workers'),
  ]
  if (!bare || !ours || !logs || !peer || ours.timesFloor === undefined) return []
  const relative = (row: Row): number => row.addedMicroseconds / peer.addedMicroseconds
  return [
    verdict('CPU added, of what otel-cf-workers adds for traces', relative(ours), 1 / 15, share),
    verdict('the same, with logs', relative(logs), 1 / 8, share),
    verdict('CPU added, of the bare app', ours.percentOfBare, 20, percent),
    verdict('CPU added, of the floor: traces by hand', ours.timesFloor, 1.5, times),
    verdict('posts per request', ours.posts, 0.05, (value) => value.toFixed(3)),
    verdict(
      'spans that did not arrive, per request',
      Math.max(0, DUE_SPANS - ours.spans),
      0,
      (value) => value.toFixed(3),
    ),
    verdict(
      'resident memory added',
      ours.residentMegabytes - bare.residentMegabytes,
      64,
      megabytes,
    ),
  ]
}

/** The verdicts as text, a line each. */
export const verdictLines = (verdicts: readonly Verdict[]): string =>
  verdicts
    .map(
      ({ title, measured, target, isMet }) =>
        `${isMet ? 'met   ' : 'missed'}  ${title}: ${measured}, at most ${target} wanted`,
    )
    .join('\n')
