import { expect, it } from 'vitest'
import { type Row, rowsOf } from '../../../bench/workerd/report.ts'
import { verdictLines, verdictsOf } from '../../../bench/workerd/targets.ts'

const row = (id: string, addedMicroseconds: number, more: Partial<Row> = {}): Row => ({
  id,
  title: id,
  cpuMicroseconds: 100 + addedMicroseconds,
  addedMicroseconds,
  percentOfBare: addedMicroseconds,
  timesFloor: addedMicroseconds / 10,
  posts: 0.01,
  bytes: 600,
  spans: 1,
  residentMegabytes: 100,
  p50Ms: 1,
  p99Ms: 2,
  errors: 0,
  ...more,
})

const rows = (ours: Partial<Row> = {}): Row[] => [
  row('bare', 0),
  row('traces-metrics', 15, ours),
  row('all', 30),
  row('otel-cf-workers', 300),
]

const missed = (measured: Row[]): string[] =>
  verdictsOf(measured).flatMap(({ title, isMet }) => (isMet ? [] : title))

it('finds every target met by figures within them', () => {
  expect(verdictsOf(rows())).toHaveLength(7)
  expect(missed(rows())).toEqual([])
})

it.each([
  [{ addedMicroseconds: 21 }, 'CPU added, of what otel-cf-workers adds for traces'],
  [{ percentOfBare: 21 }, 'CPU added, of the bare app'],
  [{ timesFloor: 1.6 }, 'CPU added, of the floor: traces by hand'],
  [{ posts: 0.06 }, 'posts per request'],
  [{ spans: 0.999 }, 'spans that did not arrive, per request'],
  [{ residentMegabytes: 165 }, 'resident memory added'],
])('says so when %o misses its target', (ours, title) => {
  expect(missed(rows(ours))).toEqual([title])
})

it('says what was measured and wanted, a line each', () => {
  const [first, , , , , , last] = verdictLines(verdictsOf(rows({ residentMegabytes: 190 }))).split(
    '\n',
  )
  expect(first).toBe(
    'met     CPU added, of what otel-cf-workers adds for traces: 1/20.0, at most 1/15.0 wanted',
  )
  expect(last).toBe('missed  resident memory added: 90 MB, at most 64 MB wanted')
})

it('judges nothing when a variant was left out', () => {
  expect(verdictsOf(rows().slice(1))).toEqual([])
})

it('compares with the floor only where the floor adds more than noise', () => {
  const figures = (id: string, costs: number[]): Parameters<typeof rowsOf>[0][number] =>
    ({
      variant: { id, title: id, entry: new URL('file:///') },
      costs,
      requests: 1,
      errors: 0,
      posts: 0,
      bytes: 0,
      spans: 0,
      residentMegabytes: 0,
      latenciesMs: new Float64Array(),
    }) as never
  const timesFloorOver = (floor: number): number | undefined =>
    rowsOf([
      figures('bare', [100, 102]),
      figures('floor', [floor, floor]),
      figures('x', [140, 142]),
    ])[2]?.timesFloor
  expect(timesFloorOver(121)).toBeCloseTo(2, 0)
  expect(timesFloorOver(103)).toBeUndefined()
})
