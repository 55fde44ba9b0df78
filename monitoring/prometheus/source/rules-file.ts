import type { Settings } from '../../thresholds.ts'
import { linkTemplates } from './links.ts'
import type { Alert, RuleGroup } from './rule.ts'
import { toTemplate } from './template.ts'
import type { Yaml } from './yaml.ts'

/** For tests that cannot wait: these times instead of those of the rules, whose expressions stay. */
export interface Timing {
  readonly forSeconds: number
  readonly intervalSeconds: number
}

export const runbookUrl = ({ runbookBaseUrl }: Settings, alert: string): string =>
  `${runbookBaseUrl}/${alert}.md`

/** A file of rules as Prometheus reads it. */
export const rulesFile = (
  groups: readonly RuleGroup[],
  settings: Settings,
  timing?: Timing,
): Yaml => ({
  groups: groups.map(({ name, intervalSeconds, recording = [], alerts = [] }) => ({
    name,
    interval: `${timing?.intervalSeconds ?? intervalSeconds}s`,
    rules: [
      ...recording.map(({ record, expr, labels }) => ({ record, expr, labels })),
      ...alerts.map((alert) => alertRule(alert, name, settings, timing)),
    ],
  })),
})

const alertRule = (
  alert: Alert,
  group: string,
  settings: Settings,
  timing: Timing | undefined,
): Yaml => ({
  alert: alert.name,
  expr: alert.expr,
  for: timing ? `${timing.forSeconds}s` : `${alert.forMinutes}m`,
  labels: {
    severity: alert.severity,
    team: alert.team,
    service: `{{ $labels.${alert.service ?? 'job'} }}`,
    // Not empty: the series ALERTS would have the template itself for it.
    environment: '{{ or $labels.deployment_environment_name $externalLabels.environment }}',
    ...alert.labels,
  },
  annotations: {
    summary: toTemplate(alert, alert.summary),
    description: toTemplate(alert, alert.description),
    runbook_url: runbookUrl(settings, alert.name),
    ...linkTemplates(alert, group, settings),
  },
})
