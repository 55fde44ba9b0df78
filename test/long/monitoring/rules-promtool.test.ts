import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { generated, ruleFiles, testedRules } from '../../../monitoring/prometheus/source/build.ts'
import { rulesFor } from '../../../monitoring/prometheus/source/cases-file.ts'
import type { Alert, RuleFile } from '../../../monitoring/prometheus/source/rule.ts'
import { testsFile } from '../../../monitoring/prometheus/source/tests-file.ts'
import { toYaml } from '../../../monitoring/prometheus/source/yaml.ts'
import {
  type LimitName,
  type Settings,
  type Threshold,
  thresholds,
} from '../../../monitoring/thresholds.ts'
import { type Tested, testRules } from './rules-tested.ts'
import { areInstalled, fences, MONITORING, promqlErrors, run } from './tools.ts'

const PROMETHEUS = `${MONITORING}prometheus/`
const isInstalled = areInstalled(['promtool'], 'alert rules, by promtool')
const committed = generated(thresholds)
const tests = [...committed.keys()].filter((file) => /^tests\/\w+\.yml$/.test(file)).sort()
const cases = [...committed.keys()].filter((file) => /^tests\/cases\/\w+\.yml$/.test(file)).sort()

describe.runIf(isInstalled)('promtool', () => {
  it('takes the rules', async () => {
    const files = readdirSync(`${PROMETHEUS}rules`).map((file) => `${PROMETHEUS}rules/${file}`)
    const { status, output } = await run('promtool', ['check', 'rules', ...files])
    expect(output).not.toContain('FAILED')
    expect(status).toBe(0)
  })

  it.each([
    ['recording rules record what they say', 'recording'],
    ['alerts know their environment, told or not', 'environment'],
  ])('finds that %s', async (_, name) => {
    const { status, output } = await run('promtool', [
      'test',
      'rules',
      `${PROMETHEUS}${name}.test.yml`,
    ])
    expect(output).not.toContain('FAILED')
    expect(status).toBe(0)
  })

  it('reads the queries of the cookbook and of every runbook', async () => {
    const files = [
      'README.md',
      ...readdirSync(`${MONITORING}runbooks`).map((name) => `runbooks/${name}`),
    ]
    const queries = files.flatMap((file) => {
      const found = fences(readFileSync(`${MONITORING}${file}`, 'utf8'), 'promql')
      expect(found.length, file).toBeGreaterThan(0)
      return found
    })
    expect(await promqlErrors(queries)).toBe('')
  })

  it('would not read a query that is wrong', async () => {
    expect(await promqlErrors(['sum(rate(a[5m]))', 'sum(rate(a))'])).toContain('query:1')
  })
})

/** Every number that an alert is compared with, times `factor`. */
const scaled = (factor: number): RuleFile[] =>
  ruleFiles({
    ...thresholds,
    slo: {
      ...thresholds.slo,
      windows: thresholds.slo.windows.map((window) => ({
        ...window,
        burnRate: window.burnRate * factor,
      })),
    },
    limits: Object.fromEntries(
      Object.entries(thresholds.limits).map(([name, each]) => [
        name,
        { ...each, limit: (each.limit ?? 0) * factor },
      ]),
    ) as Record<LimitName, Threshold>,
  })

/** The tests as they are, with rules of which every alert is changed. */
const broken = (files: readonly RuleFile[], change: (alert: Alert) => Alert) => {
  const changed = files.map(({ groups, ...file }) => ({
    ...file,
    groups: groups.map((group) => ({
      ...group,
      ...(group.alerts && { alerts: group.alerts.map(change) }),
    })),
  }))
  return new Map([...committed, ...testedRules(changed, thresholds.settings)])
}

describe.runIf(isInstalled)('every alert, by promtool', () => {
  let intact: Tested
  let hard: Tested
  let lax: Tested
  let strict: Tested

  beforeAll(async () => {
    // Where it is yes or no, there is no limit to move: such an alert never fires, or always.
    const orNever = (alert: Alert) => (alert.limit ? alert : { ...alert, expr: 'vector(0) > 1' })
    const orAlways = (alert: Alert) => (alert.limit ? alert : { ...alert, expr: 'vector(1)' })
    const pair = (...each: Promise<Tested>[]) => Promise.all(each)
    const first = await pair(testRules(committed, tests), testRules(committed, cases))
    const second = await pair(
      testRules(broken(scaled(1.3), orNever), tests),
      testRules(broken(scaled(0.7), orAlways), tests),
    )
    ;[intact, hard] = first as [Tested, Tested]
    ;[lax, strict] = second as [Tested, Tested]
  }, 900_000)

  it.each(tests)('fires, stays silent and resolves: %s', (file) => {
    expect(intact.passed, intact.output).toContain(file)
  })

  it.each(cases)('is right at low and high traffic, and in each environment: %s', (file) => {
    expect(hard.passed, hard.output).toContain(file)
  })

  it.each(tests)('is missed when its limit is 30 %% higher, or it is gone: %s', (file) => {
    expect(lax.failed).toContain(file)
  })

  it.each(tests)('is noticed when its limit is 30 %% lower, or it always fires: %s', (file) => {
    expect(strict.failed).toContain(file)
  })
})

describe.runIf(isInstalled)('settings, by promtool', () => {
  const of = async (settings: Partial<Settings>, ...files: string[]): Promise<Tested> => {
    const changed = { ...thresholds, settings: { ...thresholds.settings, ...settings } }
    return testRules(generated(changed), files)
  }
  // Time begins on a Thursday; the tests stop traffic on Friday at 2 o'clock.
  const hours = (fromHour: number, toHour: number) => ({ days: [5], fromHour, toHour })
  const [stopped, routeStopped] = ['tests/TrafficStopped.yml', 'tests/RouteTrafficStopped.yml']

  it('miss no traffic outside of the hours of a service', async () => {
    const { failed, output } = await of({ hours: { shop: hours(8, 18) } }, stopped, routeStopped)
    expect(failed, output).toEqual([stopped, routeStopped])
    // It is silent, that is all.
    expect(output).toContain('got:[]')
  })

  it('miss it within them, and that of services without any', async () => {
    const within = await of({ hours: { shop: hours(1, 4) } }, stopped, routeStopped)
    expect(within.failed, within.output).toEqual([])
    const others = await of({ hours: { office: hours(8, 18) } }, stopped, routeStopped)
    expect(others.failed, others.output).toEqual([])
  })

  it('miss the services that must never be silent, whatever their namespace', async () => {
    const settings = { ...thresholds.settings, services: ['shop', 'pay'] }
    const rules = ruleFiles({ ...thresholds, settings }).filter(
      ({ file }) => file === 'telemetry.yml',
    )
    const alerts = rules
      .flatMap(({ groups }) => groups.flatMap(({ alerts = [] }) => alerts))
      .filter(({ labels }) => labels?.expected === 'always')
    expect(alerts).toHaveLength(1)
    const files = new Map([
      ['tests/rules/TelemetryAbsent.yml', toYaml(rulesFor(alerts, rules, settings))],
      ['tests/TelemetryAbsent.yml', toYaml(testsFile(alerts, rules, settings))],
    ])
    const { failed, output } = await testRules(files, ['tests/TelemetryAbsent.yml'])
    expect(failed, output).toEqual([])
  })

  it('wait for messages that are delayed', async () => {
    const queue = { name: 'reminders', bindings: ['REMINDERS', 'LATER'], delayMinutes: 60 }
    const files = ['tests/QueueConsumerStopped.yml', 'tests/cases/QueueConsumerStopped.yml']
    const patient = await of({ queues: [queue] }, ...files)
    expect(patient.failed, patient.output).toEqual([])
  })
})
