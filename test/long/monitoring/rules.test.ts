import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allAlerts, generated, ruleFiles } from '../../../monitoring/prometheus/source/build.ts'
import { METRICS, type Metric } from '../../../monitoring/prometheus/source/metrics.ts'
import { withAlertTable } from '../../../monitoring/prometheus/source/table.ts'
import { limits, thresholds } from '../../../monitoring/thresholds.ts'
import type { MetricData } from '../../../src/metrics/data.ts'
import { familyName } from '../../../src/metrics/prometheus-names.ts'
import { readProjectFile, sources } from '../../support/docs/project.ts'
import { MONITORING } from './tools.ts'

const read = (file: string): string => readFileSync(`${MONITORING}${file}`, 'utf8')
const names = (folder: string, extension: string): string[] =>
  readdirSync(`${MONITORING}${folder}`)
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort()

const alerts = allAlerts(thresholds)
const alertNames = [...new Set(alerts.map(({ name }) => name))].sort()

describe('generating again', () => {
  it('changes no file', () => {
    const rules = [...generated(thresholds)].filter(([file]) => file.startsWith('rules/'))
    const committed = names('prometheus/rules', '.yml').map((name) => `rules/${name}.yml`)
    expect(committed.sort()).toEqual(rules.map(([file]) => file).sort())
    for (const [file, content] of rules) {
      expect(read(`prometheus/${file}`), file).toBe(content)
    }
  })

  it('changes nothing in the table of alerts', () => {
    const page = read('README.md')
    expect(withAlertTable(page, thresholds)).toBe(page)
    for (const name of alertNames) expect(page).toContain(`| [${name}](runbooks/${name}.md) |`)
  })

  it('writes a change of a threshold into the rules', () => {
    const changed = { ...limits, ErrorRatioHigh: { limit: 0.0625, forMinutes: 7 } }
    const rules = generated({ ...thresholds, limits: changed }).get('rules/requests.yml') ?? ''
    expect(rules).toContain(' > 0.0625\n')
    expect(rules).toContain('for: 7m')
  })
})

describe('every alert', () => {
  it('has a runbook and a test, and there are no others', () => {
    expect(names('runbooks', '.md')).toEqual(alertNames)
    const tested = [...generated(thresholds).keys()].filter((file) =>
      /^tests\/\w+\.yml$/.test(file),
    )
    expect(tested.map((file) => file.slice(6, -4)).sort()).toEqual(alertNames)
  })

  it('has its threshold, and there are no others', () => {
    const own = alertNames.filter((name) => !name.includes('BudgetBurn'))
    expect(own).toEqual(Object.keys(limits).sort())
  })

  it.each(alerts)('$name has what those who are woken need', (alert) => {
    expect(['critical', 'warning', 'ticket']).toContain(alert.severity)
    expect(['application', 'platform', 'observability']).toContain(alert.team)
    expect(alert.summary).toMatch(/\{\w+\}/)
    expect(alert.description.length).toBeGreaterThan(10)
    // A label that the expression does not leave would be empty.
    const labels = [...`${alert.summary} ${alert.description}`.matchAll(/\{(\w+)\}/g)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'value' && name !== 'limit')
    const given = Object.keys({ ...alert.test.labels, ...alert.labels })
    expect(given).toEqual(expect.arrayContaining([...labels, alert.service ?? 'job']))
  })

  it.each(alerts)('$name waits as long as its threshold says', ({ name, expr, forMinutes }) => {
    const rules = [...generated(thresholds)].find(([, content]) =>
      content.includes(`- alert: ${name}\n`),
    )
    const firstLine = expr.split('\n')[0] ?? ''
    const rule = rules?.[1]
      .split('- alert: ')
      .find((text) => text.startsWith(`${name}\n`) && text.includes(firstLine))
    expect(rule).toContain(`\n        for: ${forMinutes}m\n`)
  })
})

describe('expressions', () => {
  const expressions = ruleFiles(thresholds)
    .flatMap(({ groups }) => groups)
    .flatMap(({ recording = [], alerts = [] }) => [...recording, ...alerts])

  it('take quantiles of rates', () => {
    for (const { expr } of expressions) {
      const quantiles = expr.match(/histogram_quantile\(/g)?.length ?? 0
      const rates = expr.match(/histogram_quantile\([\d.]+, sum by \([\w, ]*le\) \(rate\(/g)
      expect(rates?.length ?? 0, expr).toBe(quantiles)
    }
  })

  it('have no labels with a value for each request', () => {
    for (const { expr } of expressions) {
      expect(expr).not.toMatch(/url_path|url_full|session|user_id|request_id|exception_message/)
    }
  })

  it('ask for metrics that are listed, and all that are listed are asked for', () => {
    const text = expressions.map(({ expr }) => expr).join('\n')
    const listed: string[] = Object.values(METRICS).map(({ prometheus }) => prometheus)
    // Names of metrics are followed by matchers or a window, or are all of what is summed up.
    const asked = text.match(
      /(?<![\w:"~])[a-z]+_\w+(?=\{|\[)|(?<=(?:max|sum) by \([\w, ]+\) \()\w+(?=\))/g,
    )
    const isOurs = (name: string) =>
      !/^(target_info$|up$|prometheus_|alertmanager_|otelcol_|loki_|tempo_|node_|pg_|mysql_|redis_|container_)/.test(
        name,
      )
    const base = (name: string) =>
      listed.includes(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    expect(new Set(asked?.map(base).filter(isOurs))).toEqual(new Set(listed))
  })
})

describe('the metrics that rules ask for', () => {
  // The Worker that asks Cloudflare is not of the package.
  const platform = ['metrics', 'stores'].map((file) => `monitoring/platform/${file}.ts`)
  const files = [...sources(), ...platform]
  const source = files.map(readProjectFile).join('\n')

  it.each(Object.values(METRICS) as Metric[])('$name is $prometheus', (metric) => {
    const { name, unit, type } = metric
    const data = { name, unit, type: type === 'counter' ? 'sum' : type, monotonic: true }
    const family = familyName(data as unknown as MetricData, false)
    expect(`${family.name}${type === 'counter' ? '_total' : ''}`).toBe(metric.prometheus)
  })

  it('have the labels that tests of rules use', () => {
    const used = alerts
      .flatMap(({ test }) => test.series(1))
      .flatMap(({ selector }) => [...selector.matchAll(/(\w+)="/g)].map(([, label = '']) => label))
    // Those of the stack itself, and of exporters, are not the package's.
    const stack = ['rule_group', 'integration', 'exporter', 'receiver']
    const exporters = ['mountpoint', 'fstype', 'device', 'cpu', 'mode', 'datname', 'state', 'name']
    const others = ['job', 'instance', 'le', ...stack, ...exporters]
    const unknown = [...new Set(used)].filter(
      (label) =>
        !others.includes(label) &&
        !new RegExp(`\\b${label.replaceAll('_', '[._]')}\\b`).test(source),
    )
    expect(unknown).toEqual([])
  })

  it.each(Object.values(METRICS))('$name is one of the package', ({ name }) => {
    // Some are put together from a prefix.
    const last = name.split('.').at(-1) ?? ''
    const isMade = /^(hono\.aggregator|otel\.sdk\.exporter|db\.client\.connection)\./.test(name)
    expect(source).toMatch(isMade ? new RegExp(`\\b${last}\\b`) : `'${name}'`)
  })
})
