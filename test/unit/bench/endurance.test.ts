import { expect, it } from 'vitest'
import { deadCollectorTableOf, latencyRowsOf } from '../../../bench/endurance/latency.ts'
import { enduranceCellsOf, enduranceTableOf, rowsOf } from '../../../bench/endurance/report.ts'

const slices = (megabytesOf: (slice: number) => number) =>
  Array.from({ length: 40 }, (_, slice) => ({
    cpuMicroseconds: 100,
    residentMegabytes: megabytesOf(slice),
    perSecond: 5000,
  }))

const growthOf = (megabytesOf: (slice: number) => number): number =>
  rowsOf('ours', 'ours', slices(megabytesOf), 25_000).growth.residentMegabytes

it('growth is what each 100,000 requests add, whatever the first quarter and one slice do', () => {
  expect(growthOf((slice) => 100 + slice)).toBeCloseTo(4)
  expect(growthOf((slice) => Math.min(100 + 20 * slice, 300))).toBe(0)
  expect(growthOf((slice) => (slice === 30 ? 900 : 300))).toBe(0)
})

it('an app has a line for memory and one for CPU, with its quarters', () => {
  const rows = [
    rowsOf(
      'ours',
      'ours',
      slices((slice) => 100 + slice),
      25_000,
    ),
  ]
  expect(enduranceCellsOf(rows, 1_000_000)).toEqual([
    ['', 'to 250,000', 'to 500,000', 'to 750,000', 'to 1,000,000', 'each 100,000'],
    ['ours: memory, MB', '105', '115', '125', '135', '+4.0'],
    ['ours: CPU, µs', '100', '100', '100', '100', '0.0'],
  ])
  expect(enduranceTableOf(rows, 1_000_000).split('\n')).toHaveLength(3)
})

const latencies = (id: string, ms: number) => ({
  id,
  title: id,
  rounds: [10, 20, 90].map((other) =>
    Array.from({ length: 1000 }, (_, i) => (i < 980 ? 1 : ms + other)),
  ),
  residentMegabytes: 200,
})

it('what a dead collector adds is the difference of 99th percentiles in the same round', () => {
  const rows = latencyRowsOf([latencies('bare', 0), latencies('ours', 3)])
  expect(rows.map(({ p50, overFirst }) => [p50, overFirst.median])).toEqual([
    [1, 0],
    [1, 3],
  ])
  expect(rows.map(({ p99, p999 }) => [p99, p999])).toEqual([
    [20, 20],
    [23, 23],
  ])
  expect(deadCollectorTableOf(rows).split('\n')).toHaveLength(3)
})
