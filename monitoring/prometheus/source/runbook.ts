import type { Thresholds } from '../../thresholds.ts'
import { ruleFiles } from './build.ts'
import { boardOf, linksFor } from './links.ts'
import type { Alert, RuleFile, Severity } from './rule.ts'
import { groupOf } from './tests-file.ts'

/** The parts of every runbook, in their order. */
export const PARTS = [
  'Meaning',
  'Impact',
  'First look',
  'Likely causes',
  'Mitigation',
  'Escalation',
  'Recovery',
] as const

const promql = (query: string): string => `\`\`\`promql\n${query}\n\`\`\``

/** What stands between the marks of a part. */
const between = (page: string, part: string, content: string): string => {
  const begin = `<!-- ${part}: begin, made by generate.ts -->`
  const end = `<!-- ${part}: end -->`
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) {
    throw new Error(`Cannot write a runbook: it must have ${begin} and ${end}`)
  }
  return `${page.slice(0, from + begin.length)}\n\n${content}\n\n${page.slice(to)}`
}

/** Links, with the labels of an example: the message has them with those of the alert. */
const firstLook = (alert: Alert, group: string, { settings }: Thresholds): string => {
  const { service = 'job', test, labels } = alert
  const all: Readonly<Record<string, string>> = { ...test.labels, ...labels }
  const name = all[service] ?? ''
  const { dashboard_url, logs_url } = linksFor(alert, group, settings, all.job ?? '')
  return [
    `The message has these links with its own labels filled in; here they are for \`${name}\`: ` +
      `[dashboard](${dashboard_url}) *${boardOf(group)}*, [logs](${logs_url}), and *Query*, which is ` +
      'the expression of this alert in Prometheus.',
    'All that fires there, what is muted by something greater included:',
    promql(`ALERTS{alertstate="firing",service="${name}"}`),
  ].join('\n\n')
}

const WHO: Readonly<Record<Severity, (alert: Alert, minutes: number) => string>> = {
  critical: ({ team }, minutes) =>
    `Whoever is on call is woken, once for a service however many alerts say so. Without a cause or a mitigation after ${minutes} minutes, call the second, and say so where customers are told. ` +
    (team === 'observability'
      ? 'While you are blind, those on call for services must know of it.'
      : `The causes above that are not of the team *${team}* are for the team that they are of: wake it. For what is Cloudflare's, open a case with its support, and give a \`cf-ray\` of a failed request.`),
  warning: ({ team }) =>
    `The channel of the team *${team}*, in its working day. It is an incident as soon as something critical fires for the same service, or customers notice.`,
  ticket: ({ team }) =>
    `A ticket of the team *${team}*, in office hours. It need not wake anybody; if it is there for a third day, talk about it in the team's meeting.`,
}

/** Windows of an expression, but for how long ago they are. */
const windowsOf = (expr: string): string[] => [
  ...new Set([...expr.matchAll(/\[(\d+[smhd])/g)].map(([, window = '']) => window)),
]

const recovery = (alerts: readonly Alert[]): string => {
  const [first] = alerts
  const windows = [...new Set(alerts.flatMap(({ expr }) => windowsOf(expr)))]
  const back = windows.length
    ? `Its windows are ${windows.join(', ')}: what happened stays in them for as long. `
    : ''
  return [
    `${back}It is over when ${alerts.length > 1 ? 'each of these is' : 'this is'} empty for the service, and the graphs above are where they were before. Alertmanager says *resolved* within 5 minutes; nobody has to close it${first?.severity === 'ticket' ? ' but the ticket' : ''}.`,
    ...alerts.map(({ expr }) => promql(expr)),
  ].join('\n\n')
}

/** A runbook with what follows from its alert brought up to date. */
const withGenerated = (
  page: string,
  alerts: readonly Alert[],
  files: readonly RuleFile[],
  thresholds: Thresholds,
): string => {
  const [alert] = alerts
  if (!alert) return page
  const { escalateMinutes } = thresholds.settings
  const parts = {
    'first look': firstLook(alert, groupOf(alert, files), thresholds),
    escalation: WHO[alert.severity](alert, escalateMinutes),
    recovery: recovery(alerts),
  }
  return Object.entries(parts).reduce((text, [part, content]) => between(text, part, content), page)
}

/** Every runbook, by the name of its alert, given what is written by hand. */
export const runbooks = (
  thresholds: Thresholds,
  read: (alert: string) => string,
): Map<string, string> => {
  const files = ruleFiles(thresholds)
  const alerts = files.flatMap(({ groups }) => groups.flatMap(({ alerts = [] }) => alerts))
  const byName = Map.groupBy(alerts, ({ name }) => name)
  return new Map(
    [...byName].map(([name, same]) => [name, withGenerated(read(name), same, files, thresholds)]),
  )
}
