import { beforeAll, describe, expect, it } from 'vitest'
import { type GameDay, playGameDay } from '../../../scripts/monitor/game-day/play.ts'
import { report } from '../../../scripts/monitor/game-day/report.ts'
import { faster, fasterAlertmanager, fasterRules } from '../../../scripts/monitor/game-day/speed.ts'
import { timeline } from '../../../scripts/monitor/game-day/timeline.ts'
import { faultsOf, pagesOf } from '../../../scripts/monitor/game-day/verdict.ts'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { freePorts } from './collector-stack.ts'
import { areInstalled } from './tools.ts'

/** A minute of production takes a second and a half. */
const SPEED = 40
/** The others take half an hour of production each and more; `npm run monitor -- --game-day` plays them all. */
const PLAYED = ['errors', 'dead collector', 'failed deploy']

const isInstalled = areInstalled(['prometheus', 'prometheus-alertmanager'], 'the game day')
if (!findPrograms().collector) {
  console.warn('No dead Collector is played, for want of a live one: npm run test:stack builds it.')
}

describe('a faster world', () => {
  it('has shorter windows, steps and offsets, and the same shares', () => {
    const expr =
      'sum_over_time(a{slo="b"}[1h:1m]) * 60 > 5 and rate(c[5m] offset 24h) > 0.05 unless d[10m]'
    expect(faster(expr, 60)).toBe(
      'sum_over_time(a{slo="b"}[60000ms:1000ms]) * 1 > 5 and rate(c[5000ms] offset 1440000ms) > 0.05 unless d[10000ms]',
    )
  })

  it('waits for less in rules and routes', () => {
    const rules =
      'groups: [{name: a, interval: 30s, rules: [{alert: A, expr: "b[5m] > 1", for: 2m}]}]'
    expect(JSON.parse(fasterRules(rules, 30))).toEqual({
      groups: [
        {
          name: 'a',
          interval: '1000ms',
          rules: [{ alert: 'A', expr: 'b[10000ms] > 1', for: '4000ms' }],
        },
      ],
    })
    const config = `
route: { receiver: a, group_wait: 30s, routes: [{ matchers: [b="c"], group_interval: 5m }] }
receivers: [{ name: a, slack_configs: [{ channel: d }] }]`
    expect(JSON.parse(fasterAlertmanager(config, 30, 'http://e'))).toEqual({
      route: {
        receiver: 'a',
        group_wait: '1000ms',
        routes: [{ matchers: ['b="c"'], group_interval: '10000ms' }],
      },
      receivers: [{ name: 'a', webhook_configs: [{ url: 'http://e/a', send_resolved: true }] }],
    })
  })
})

describe('a page', () => {
  const told = (status: 'firing' | 'resolved', receiver = 'pagerduty-services') => ({
    ...{ atMs: 0, receiver, status, service: 'shop', firing: [], resolved: [] },
  })

  it('wakes once, whatever is added to it, and again after its end', () => {
    const all = [told('firing'), told('firing'), told('resolved'), told('firing')]
    expect(pagesOf(all)).toEqual([all[0], all[3]])
    expect(pagesOf([told('firing', 'slack-platform')])).toEqual([])
  })
})

describe.runIf(isInstalled)('a game day', () => {
  let day: GameDay

  beforeAll(async () => {
    day = await playGameDay({
      ports: await freePorts(),
      programs: findPrograms(),
      speed: SPEED,
      only: PLAYED,
      boards: ['overview'],
    })
  }, 600_000)

  it('wakes nobody while all is well', () => {
    expect(pagesOf(day.before)).toEqual([])
  })

  it('pages who should be paged, once for each incident, and tells of its end', () => {
    expect(faultsOf(day), report(day)).toEqual([])
    expect(day.played).toHaveLength(PLAYED.length - day.missing.length)
  })

  // A machine that does something else too is late; the docs have the times of one that is not.
  it('pages within an hour, as production counts', () => {
    for (const { incident, beganMs, pagedMs = Number.POSITIVE_INFINITY } of day.played) {
      expect(pagedMs - beganMs, incident.name).toBeLessThan((60 * 60_000) / SPEED)
    }
  })

  it('has a table and a picture of it', () => {
    for (const { incident } of day.played) expect(report(day)).toContain(`| **${incident.name}**`)
    const drawn = timeline(day)
    expect(drawn.match(/<polyline /g)?.length).toBeGreaterThanOrEqual(day.played.length)
    expect(drawn).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('draws a dashboard of the day', () => {
    const drawn = day.boards.get('overview') ?? ''
    expect(drawn.match(/<polyline /g)?.length).toBeGreaterThan(10)
    expect(drawn).not.toMatch(/NaN|Infinity|undefined/)
    for (const title of ['Requests', 'Failed']) expect(drawn).toContain(`>${title}</text>`)
  })

  it('would notice who is not paged, or twice', () => {
    const [first] = day.played
    if (!first) throw new Error('Nothing was played')
    const silent = { ...first, pagedMs: undefined, notifications: [] }
    expect(faultsOf({ ...day, played: [silent] })).toEqual([
      `${first.incident.name}: nobody was paged`,
    ])
    const twice = { ...first, notifications: [...first.notifications, ...first.notifications] }
    expect(faultsOf({ ...day, played: [twice] }).join()).toContain('2 pages')
  })
})
