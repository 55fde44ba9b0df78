import type { Settings } from '../../thresholds.ts'
import type { Alert } from './rule.ts'

/** The dashboard of a group of rules, by its id. */
const BOARDS: Readonly<Record<string, string>> = {
  'slo-alerts': 'slo',
  requests: 'routes',
  users: 'users',
  platform: 'platform',
  dependencies: 'dependencies',
  databases: 'databases',
  hosts: 'hosts',
  cost: 'cost',
  jobs: 'jobs',
  telemetry: 'telemetry',
  stack: 'telemetry',
}

/** The dashboard that shows what alerts of a group are about. */
export const boardOf = (group: string): string => BOARDS[group] ?? 'overview'

const board = ({ grafanaUrl }: Settings, uid: string, service: string): string =>
  `${grafanaUrl}/d/${uid}?from=now-3h&to=now&var-service=${service}`

/** Scripts and queues are none of the services that dashboards know. */
const hasJob = ({ service = 'job' }: Alert): boolean => service === 'job'

/** Links of a message, with what `put` makes of the alert's labels. */
const links = (
  alert: Alert,
  group: string,
  settings: Settings,
  service: { readonly job: string; readonly name: string },
): { readonly dashboard_url: string; readonly logs_url: string } => ({
  dashboard_url: board(settings, boardOf(group), hasJob(alert) ? service.job : '$__all'),
  // In Loki a service has its name alone.
  logs_url: board(settings, 'logs', hasJob(alert) ? service.name : '$__all'),
})

/** The links as annotations of a rule, which Prometheus fills in. */
export const linkTemplates = (
  alert: Alert,
  group: string,
  settings: Settings,
): Record<string, string> =>
  links(alert, group, settings, {
    job: '{{ $labels.job | urlquery }}',
    name: '{{ $labels.job | reReplaceAll "^.*/" "" | urlquery }}',
  })

/** The links for a service. */
export const linksFor = (
  alert: Alert,
  group: string,
  settings: Settings,
  job: string,
): Record<string, string> =>
  links(alert, group, settings, {
    job: encodeURIComponent(job),
    name: encodeURIComponent(job.replace(/^.*\//, '')),
  })
