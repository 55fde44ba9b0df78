import { settings } from '../../../monitoring/thresholds.ts'

export const SEVERITIES = ['critical', 'warning', 'ticket'] as const
export const TEAMS = ['application', 'platform', 'observability'] as const

export type Severity = (typeof SEVERITIES)[number]
export type Team = (typeof TEAMS)[number]

/** What is asked for; undefined for each there is. */
export interface Wanted {
  readonly severity: Severity | undefined
  readonly team: Team | undefined
}

/** An alert, as Alertmanager takes it. */
export interface TestAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

const testAlert = (severity: Severity, team: Team): TestAlert => ({
  labels: {
    alertname: 'TestAlert',
    severity,
    team,
    // One for each: they are messages of their own, and the critical one mutes none of the others.
    service: `test-${severity}-${team}`,
    test: 'true',
  },
  annotations: {
    summary: `TEST, nothing is wrong: ${severity} for ${team}`,
    description: 'Somebody has run `npm run monitor -- --test-alert`. It ends by itself.',
    runbook_url: settings.runbookBaseUrl,
    dashboard_url: `${settings.grafanaUrl}/d/overview`,
    logs_url: `${settings.grafanaUrl}/d/logs`,
  },
})

/** One for each severity and team that is wanted. */
export const testAlerts = ({ severity, team }: Wanted): TestAlert[] =>
  (severity ? [severity] : SEVERITIES).flatMap((one) =>
    (team ? [team] : TEAMS).map((of) => testAlert(one, of)),
  )
