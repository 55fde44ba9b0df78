import { expect, it } from 'vitest'
import { aheadIn } from '../../../bench/peers-ahead.ts'

const row = (id: string, microseconds: number) => ({ id, title: `the ${id}`, microseconds })

const contest = (...rows: ReturnType<typeof row>[]) => ({
  title: 'a route',
  rows,
  ours: 'metrics',
  figures: [
    {
      title: 'CPU, µs',
      read: (measured: { id: string }) => (measured as ReturnType<typeof row>).microseconds,
      format: (value: number) => value.toFixed(0),
    },
  ],
})

it('a figure is told with every peer that is better, and with no other variant of ours', () => {
  const rows = [
    row('bare', 0),
    row('metrics', 30),
    row('sentry', 10),
    row('autotel', 29),
    row('logfire', 31),
  ]
  expect(aheadIn(contest(...rows))).toEqual([
    {
      contest: 'a route',
      figure: 'CPU, µs',
      ours: '30',
      peers: ['the sentry 10', 'the autotel 29'],
    },
  ])
})

it('nothing is told where no peer is better, or none by what a reader could see', () => {
  expect(aheadIn(contest(row('metrics', 30), row('sentry', 29.9)))).toEqual([])
})

it('a run without ours is refused', () => {
  expect(() => aheadIn(contest(row('sentry', 10)))).toThrow('metrics was not measured in a route')
})
