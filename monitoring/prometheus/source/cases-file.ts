import type { Settings } from '../../thresholds.ts'
import type { Alert, AlertCase, RuleFile } from './rule.ts'
import { rulesFile } from './rules-file.ts'
import { labelled, samples, speeded } from './series.ts'
import { header, LEVELS, MINUTES, title } from './tests-file.ts'
import type { Yaml } from './yaml.ts'

const ENVIRONMENT = 'deployment_environment_name'

/**
 * A file for `promtool test rules`, beside that of testsFile: each alert at a hundred times the traffic, with another
 * environment beside it, and in its own hard cases.
 */
export const casesFile = (alerts: readonly Alert[], files: readonly RuleFile[]): Yaml => {
  const interval = Math.max(...alerts.flatMap(stepsOf))
  return {
    ...header(files),
    rule_files: [`../rules/${alerts[0]?.name}.yml`],
    evaluation_interval: `${interval}m`,
    tests: alerts.flatMap((alert) =>
      [...busy(alert), ...environments(alert), ...(alert.test.cases ?? [])].map((each) =>
        testOf(alert, each, interval),
      ),
    ),
  }
}

/** Rules of files, without what these alerts do not ask for: the others only take time. */
export const rulesFor = (
  alerts: readonly Alert[],
  files: readonly RuleFile[],
  settings: Settings,
): Yaml => {
  const rules = files.flatMap(({ groups }) => groups)
  const asked = new Set<string>()
  const ask = (expr: string): void => {
    for (const { record, expr: of } of rules.flatMap(({ recording = [] }) => recording)) {
      if (expr.includes(record) && !asked.has(record)) {
        asked.add(record)
        ask(of)
      }
    }
  }
  for (const { expr } of alerts) ask(expr)
  const groups = rules.map((group) => ({
    ...group,
    recording: (group.recording ?? []).filter(({ record }) => asked.has(record)),
    alerts: (group.alerts ?? []).filter((alert) => alerts.includes(alert)),
  }))
  return rulesFile(groups, settings)
}

const stepsOf = ({ test }: Alert): number[] =>
  [test, ...(test.cases ?? [])].map(({ stepMinutes = 1 }) => stepMinutes)

const timing = ({ test }: Alert) => ({
  minutes: test.minutes ?? MINUTES,
  stepMinutes: test.stepMinutes ?? 1,
})

/** Much traffic makes no share or duration an alert, and hides none. */
const busy = (alert: Alert): AlertCase[] => {
  const { test, format } = alert
  if ((format !== 'share' && format !== 'seconds') || test.isShareOfTime) {
    return []
  }
  const [fires, silent] = test.levels ?? LEVELS
  return [
    { name: 'at high traffic', series: speeded(test.series(fires), 100), firing: 1 },
    { name: 'at high traffic, all but', series: speeded(test.series(silent), 100), firing: 0 },
  ].map((each) => ({ ...timing(alert), ...each }))
}

/** Staging is not production, neither in what is bad nor in what is well. */
const environments = (alert: Alert): AlertCase[] => {
  const { test } = alert
  const [fires, silent] = test.levels ?? LEVELS
  const bad = (name: string) => labelled(test.series(fires), ENVIRONMENT, name)
  // A load test has more of them indeed.
  const isCount = alert.format === 'number' || alert.format === 'bytes' || alert.test.isShareOfTime
  const well = (name: string) => labelled(test.series(silent), ENVIRONMENT, name)
  return [
    {
      name: 'staging is bad beside a healthy production',
      series: [...bad('staging'), ...well('production')],
      firing: 1,
    },
    {
      name: 'production is bad beside a load test of staging',
      series: [...bad('production'), ...(isCount ? well('staging') : speeded(well('staging'), 20))],
      firing: 1,
    },
  ].map((each) => ({ ...timing(alert), ...each }))
}

const testOf = (
  alert: Alert,
  { name, series, firing, ...times }: AlertCase,
  intervalMinutes: number,
): Yaml => {
  const { minutes = MINUTES, stepMinutes = 1 } = times
  const [before, during, after] = minutes
  const labels = { alertname: alert.name, alertstate: 'firing', ...alert.labels }
  const matchers = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  const alerts = `ALERTS{${matchers.join(',')}}`
  // What is not to fire is not to have fired at any time.
  const isNever = firing === 0
  const total = before + during + after
  const until = (isNever ? total : before + during) - stepMinutes
  return {
    name: `${title(alert)}: ${name}`,
    interval: `${stepMinutes}m`,
    input_series: series.map((each) => ({
      series: each.selector,
      values: samples(each, minutes, stepMinutes),
    })),
    promql_expr_test: [
      {
        expr: isNever
          ? `count(count_over_time(${alerts}[${total}m])) or vector(0)`
          : `count(${alerts}) or vector(0)`,
        // When rules are evaluated.
        eval_time: `${until - (until % intervalMinutes)}m`,
        exp_samples: [{ labels: '{}', value: firing }],
      },
    ],
  }
}
