import type { Settings } from '../../thresholds.ts'
import { linksFor } from './links.ts'
import type { Alert, RuleFile } from './rule.ts'
import { runbookUrl } from './rules-file.ts'
import { samples } from './series.ts'
import { toText } from './template.ts'
import type { Yaml } from './yaml.ts'

export const LEVELS = [1.15, 0.85] as const
export const MINUTES = [30, 40, 40] as const

/**
 * A file for `promtool test rules`. Of each rule: it is silent while all is well, fires when its limit is passed
 * by a little, resolves, and stays silent a little short of the limit.
 */
export const testsFile = (
  alerts: readonly Alert[],
  files: readonly RuleFile[],
  settings: Settings,
): Yaml => ({
  rule_files: [`rules/${alerts[0]?.name}.yml`],
  ...header(files),
  evaluation_interval: `${Math.max(...alerts.map(({ test }) => test.stepMinutes ?? 1))}m`,
  tests: alerts.flatMap((alert) => [
    fires(alert, groupOf(alert, files), settings),
    staysSilent(alert),
  ]),
})

/** In which order rules are evaluated. */
export const header = (files: readonly RuleFile[]) => ({
  // What is recorded has to be there when an alert asks for it.
  group_eval_order: files.flatMap(({ groups }) => groups.map(({ name }) => name)),
})

/** The name of the group that it is in. */
export const groupOf = (alert: Alert, files: readonly RuleFile[]): string =>
  files.flatMap(({ groups }) => groups).find(({ alerts }) => alerts?.includes(alert))?.name ?? ''

const fires = (alert: Alert, group: string, settings: Settings): Yaml => {
  const { test, limit } = alert
  const [level] = test.levels ?? LEVELS
  const [good, bad, goodAgain] = test.minutes ?? MINUTES
  const step = test.stepMinutes ?? 1
  const value = test.value ?? Math.min(limit * level, alert.format === 'share' ? 1 : Infinity)
  const labels = { ...test.labels, ...alert.labels }
  return {
    name: `${title(alert)} fires and resolves`,
    ...input(alert, level),
    alert_rule_test: [
      silentAt(alert, good - step),
      {
        ...at(alert, good + bad - step),
        exp_alerts: [
          {
            exp_labels: {
              ...labels,
              severity: alert.severity,
              team: alert.team,
              service: labels[alert.service ?? 'job'] ?? '',
            },
            exp_annotations: {
              summary: toText(alert, alert.summary, labels, value),
              description: toText(alert, alert.description, labels, value),
              runbook_url: runbookUrl(settings, alert.name),
              ...linksFor(alert, group, settings, labels.job ?? ''),
            },
          },
        ],
      },
      silentAt(alert, good + bad + goodAgain - step),
    ],
  }
}

const staysSilent = (alert: Alert): Yaml => {
  const { test } = alert
  const [, level] = test.levels ?? LEVELS
  const [good, bad] = test.minutes ?? MINUTES
  return {
    name: `${title(alert)} stays silent`,
    ...input(alert, level),
    alert_rule_test: [silentAt(alert, good + bad - (test.stepMinutes ?? 1))],
  }
}

export const title = ({ name, labels }: Alert): string =>
  [name, ...Object.values(labels ?? {})].join(' ')

const input = ({ test }: Alert, level: number) => {
  const step = test.stepMinutes ?? 1
  return {
    interval: `${step}m`,
    input_series: test.series(level).map((series) => ({
      series: series.selector,
      values: samples(series, test.minutes ?? MINUTES, step),
    })),
  }
}

const at = ({ name }: Alert, minutes: number) => ({ eval_time: `${minutes}m`, alertname: name })

const silentAt = (alert: Alert, minutes: number) => ({ ...at(alert, minutes), exp_alerts: [] })
