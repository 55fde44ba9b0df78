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

const testAlert = (severity: Severity, team: Team, run: string): TestAlert => ({
  labels: {
    alertname: 'TestAlert',
    severity,
    team,
    // One for each: they are messages of their own, and the critical one mutes none of the others. And for each run:
    // what Alertmanager has told of a service a moment ago it would not tell again.
    service: `test-${severity}-${team}-${run}`,
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

/** One for each severity and team that is wanted; of another run if the time is another, in milliseconds. */
export function testAlerts({ severity, team }: Wanted, atMs: number): TestAlert[] {
  const run = new Date(atMs).toISOString().slice(11, 23).replaceAll(/[:.]/g, '')
  return (severity ? [severity] : SEVERITIES).flatMap((one) =>
    (team ? [team] : TEAMS).map((of) => testAlert(one, of, run)),
  )
}
