import type { Meter } from '@opentelemetry/api'
import { afterEach, expect, it, vi } from 'vitest'
import { custom, healthRoutes, type StatusChange } from '../../../src/entries/health.ts'
import { probe } from './probes.ts'

type Recording = [instrument: string, value: number, attributes: object]

function fakeMeter(recordings: Recording[]): Meter {
  const instrument = (name: string) => ({
    record: (value: number, attributes: object) => recordings.push([name, value, attributes]),
  })
  return { createGauge: instrument, createHistogram: instrument } as unknown as Meter
}

/** A check that goes through these outcomes, one run each. */
function going(...outcomes: (boolean | 'warn')[]) {
  return custom(
    () => {
      const outcome = outcomes.shift()
      if (outcome === false) throw new Error('down')
      return outcome === 'warn' ? { status: 'warn' } : undefined
    },
    { cacheMs: 0 },
  )
}

afterEach(() => {
  vi.restoreAllMocks()
})

it('records the status and the duration of each run', async () => {
  const recordings: Recording[] = []
  const app = healthRoutes({
    metrics: fakeMeter(recordings),
    onStatusChange: () => {},
    checks: { db: going(true, 'warn', false) },
  })
  for (let i = 0; i < 3; i++) await probe(app, '/readyz')
  const attributes = { 'app.health.check.name': 'db', 'app.health.check.critical': true }
  const recorded = (outcome: string, value: number) => [
    ['app.health.check.status', value, attributes],
    [
      'app.health.check.duration',
      expect.any(Number),
      { ...attributes, 'app.health.check.outcome': outcome },
    ],
  ]
  expect(recordings).toEqual([
    ...recorded('pass', 1),
    ...recorded('warn', 0.5),
    ...recorded('fail', 0),
  ])
})

it('records durations in seconds', async () => {
  const recordings: Recording[] = []
  const slow = custom(() => new Promise<boolean>((resolve) => setTimeout(resolve, 30, true)))
  const app = healthRoutes({ metrics: fakeMeter(recordings), checks: { slow } })
  await probe(app, '/readyz')
  const seconds = recordings[1]?.[1]
  expect(seconds).toBeGreaterThanOrEqual(0.028)
  expect(seconds).toBeLessThan(1)
})

it('moves to the meter of a provider that is registered later', async () => {
  const early: Recording[] = []
  const late: Recording[] = []
  let meter = fakeMeter(early)
  const app = healthRoutes({ metrics: () => meter, checks: { db: going() } })
  await probe(app, '/readyz')
  meter = fakeMeter(late)
  await probe(app, '/readyz')
  expect([early.length, late.length]).toEqual([2, 2])
})

it('tells of a change of status only, with what was found', async () => {
  const changes: StatusChange[] = []
  const app = healthRoutes({
    onStatusChange: (change) => changes.push(change),
    checks: { db: going(true, true, false, false, 'warn', true, true) },
  })
  for (let i = 0; i < 7; i++) await probe(app, '/readyz')
  expect(changes.map(({ from, status }) => [from, status])).toEqual([
    ['pass', 'fail'],
    ['fail', 'warn'],
    ['warn', 'pass'],
  ])
  expect(changes[0]).toMatchObject({ check: 'db', critical: true, output: 'down' })
})

it('tells of a first run that does not pass', async () => {
  const changes: StatusChange[] = []
  const app = healthRoutes({
    onStatusChange: (change) => changes.push(change),
    checks: { db: going(false) },
  })
  await probe(app, '/readyz')
  expect(changes).toMatchObject([{ from: undefined, status: 'fail' }])
})

it('writes a change as one line of JSON unless told otherwise', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const info = vi.spyOn(console, 'info').mockImplementation(() => {})
  const app = healthRoutes({ checks: { db: going(true, false, true) } })
  for (let i = 0; i < 3; i++) await probe(app, '/readyz')
  const lines = [...warn.mock.calls, ...info.mock.calls].map(([line]) => JSON.parse(String(line)))
  expect(lines).toMatchObject([
    { message: 'health check changed', check: 'db', from: 'pass', status: 'fail', output: 'down' },
    { message: 'health check changed', check: 'db', from: 'fail', status: 'pass' },
  ])
})

it('answers although metrics or the listener throw', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  const app = healthRoutes({
    metrics: () => {
      throw new Error('no meter')
    },
    checks: { db: going(true) },
  })
  expect((await probe(app, '/readyz')).status).toBe(200)
  expect(error).toHaveBeenCalledOnce()
})
