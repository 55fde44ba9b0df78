import { beforeAll, describe, expect, it } from 'vitest'
import { allAlerts } from '../../../monitoring/prometheus/source/build.ts'
import { thresholds } from '../../../monitoring/thresholds.ts'
import { eventsOf, INCIDENTS } from '../../../scripts/monitor/month/events.ts'
import { type Firing, firingsOf, grouped } from '../../../scripts/monitor/month/firing.ts'
import { randomOf } from '../../../scripts/monitor/month/random.ts'
import { report } from '../../../scripts/monitor/month/report.ts'
import { type Score, scoreOf } from '../../../scripts/monitor/month/score.ts'
import { type Month, simulateMonth } from '../../../scripts/monitor/month/simulate.ts'
import { freePort } from './servers.ts'
import { areInstalled } from './tools.ts'

/** Of the month that the docs tell of, the first days: all of it takes minutes. */
const DAYS = 7
const isInstalled = areInstalled(['prometheus', 'promtool'], 'the alerts of a month')

describe('the events of a month', () => {
  it('are thirty incidents of every kind, the same for the same seed', () => {
    const { incidents } = eventsOf(1)
    expect(incidents).toHaveLength(30)
    expect(new Set(incidents.map(({ kind }) => kind))).toEqual(new Set(Object.keys(INCIDENTS)))
    expect(eventsOf(1)).toEqual(eventsOf(1))
    expect(eventsOf(2)).not.toEqual(eventsOf(1))
    for (const [at, { endMinute }] of incidents.entries()) {
      expect(incidents[at + 1]?.beginMinute ?? endMinute).toBeGreaterThanOrEqual(endMinute)
    }
  })

  it('come by chance: as many as on average', () => {
    const random = randomOf(3)
    for (const mean of [0.3, 4, 200]) {
      const all = Array.from({ length: 2000 }, () => random.poisson(mean))
      expect(all.reduce((sum, each) => sum + each, 0) / 2000 / mean).toBeCloseTo(1, 0)
    }
  })
})

describe('what fires', () => {
  const [alert] = allAlerts(thresholds).filter(({ name }) => name === 'ErrorRatioHigh')
  const at = (...minutes: number[]) => ({
    labels: { job: 'shop' },
    samples: minutes.map((minute) => ({ atMs: minute, value: 1 })),
  })

  it('has lasted for as long as the rule says, without a gap', () => {
    if (!alert) throw new Error('There is no such alert')
    const minuteOf = (atMs: number) => atMs
    expect(firingsOf(alert, at(1, 2, 3, 4, 5), minuteOf)).toEqual([])
    const [firing, ...others] = firingsOf(alert, at(1, 2, 3, 10, 11, 12, 13, 14, 15, 16), minuteOf)
    expect(firing).toMatchObject({ beginMinute: 15, endMinute: 17, service: 'shop' })
    expect(others).toEqual([])
  })

  it('is one page while it goes on', () => {
    const firing = (beginMinute: number, endMinute: number): Firing => ({
      ...{ alert: 'A', severity: 'critical', service: 'shop', environment: 'production' },
      ...{ beginMinute, endMinute },
    })
    const told = grouped([firing(40, 50), firing(1, 10), firing(12, 20)], 5)
    expect(told.map(({ beginMinute, endMinute }) => [beginMinute, endMinute])).toEqual([
      [1, 20],
      [40, 50],
    ])
  })
})

describe.runIf(isInstalled)('the first week of a month', () => {
  let month: Month
  let score: Score

  beforeAll(async () => {
    month = await simulateMonth({
      seed: 1,
      minutes: DAYS * 1440,
      prometheus: 'prometheus',
      port: await freePort(),
    })
    score = scoreOf(month)
  }, 600_000)

  it('pages for incidents and nothing else', () => {
    expect(score.heard.length).toBeGreaterThanOrEqual(5)
    expect(score.falsePages).toEqual([])
    expect(score.recall, report(month, score)).toBeGreaterThanOrEqual(0.8)
  })

  it('pages within a quarter of an hour', () => {
    for (const { incident, page } of score.heard) {
      if (page) expect(page.beginMinute - incident.beginMinute, incident.kind).toBeLessThan(30)
    }
  })

  it('would be told of pages for nothing', () => {
    const without = scoreOf({ ...month, incidents: [] })
    expect(without.falsePages.length).toBe(score.pages.length)
    expect(without.precision).toBe(0)
  })
})
