import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { generated, ruleFiles } from '../../../monitoring/prometheus/source/build.ts'
import type { Alert, RuleFile } from '../../../monitoring/prometheus/source/rule.ts'
import { rulesFile } from '../../../monitoring/prometheus/source/rules-file.ts'
import { toYaml } from '../../../monitoring/prometheus/source/yaml.ts'
import { type LimitName, type Threshold, thresholds } from '../../../monitoring/thresholds.ts'
import { type Tested, testRules } from './rules-tested.ts'
import { areInstalled, fences, MONITORING, promqlErrors, run } from './tools.ts'

const PROMETHEUS = `${MONITORING}prometheus/`
const isInstalled = areInstalled(['promtool'], 'alert rules, by promtool')
const committed = generated(thresholds)
const tests = [...committed.keys()].filter((file) => file.startsWith('tests/')).sort()

describe.runIf(isInstalled)('promtool', () => {
  it('takes the rules', async () => {
    const files = readdirSync(`${PROMETHEUS}rules`).map((file) => `${PROMETHEUS}rules/${file}`)
    const { status, output } = await run('promtool', ['check', 'rules', ...files])
    expect(output).not.toContain('FAILED')
    expect(status).toBe(0)
  })

  it('finds that recording rules record what they say', async () => {
    const { status, output } = await run('promtool', [
      'test',
      'rules',
      `${PROMETHEUS}recording.test.yml`,
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
  const changed = new Map(committed)
  for (const { file, groups } of files) {
    const withAlerts = groups.map((group) => ({
      ...group,
      ...(group.alerts && { alerts: group.alerts.map(change) }),
    }))
    changed.set(`rules/${file}`, toYaml(rulesFile(withAlerts, thresholds.settings)))
  }
  return changed
}

describe.runIf(isInstalled)('every alert, by promtool', () => {
  let intact: Tested
  let lax: Tested
  let strict: Tested

  beforeAll(async () => {
    // Where it is yes or no, there is no limit to move: such an alert never fires, or always.
    const orNever = (alert: Alert) => (alert.limit ? alert : { ...alert, expr: 'vector(0) > 1' })
    const orAlways = (alert: Alert) => (alert.limit ? alert : { ...alert, expr: 'vector(1)' })
    const [first, second] = await Promise.all([
      testRules(committed),
      testRules(broken(scaled(1.3), orNever)),
    ])
    intact = first
    lax = second
    strict = await testRules(broken(scaled(0.7), orAlways))
  }, 400_000)

  it.each(tests)('fires, stays silent and resolves: %s', (file) => {
    expect(intact.passed, intact.output).toContain(file)
  })

  it.each(tests)('is missed when its limit is 30 %% higher, or it is gone: %s', (file) => {
    expect(lax.failed).toContain(file)
  })

  it.each(tests)('is noticed when its limit is 30 %% lower, or it always fires: %s', (file) => {
    expect(strict.failed).toContain(file)
  })
})
