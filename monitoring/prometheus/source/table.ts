import type { Thresholds } from '../../thresholds.ts'
import { allAlerts } from './build.ts'
import type { Alert } from './rule.ts'
import { limitText } from './template.ts'

const BEGIN = '<!-- alerts: begin, made by generate.ts -->'
const END = '<!-- alerts: end -->'

const row = ([first, ...others]: readonly Alert[]): string => {
  if (!first) return ''
  const limits = [first, ...others].map(limitText)
  const durations = [first, ...others].map(({ forMinutes }) => forMinutes)
  const each = (values: readonly (string | number)[]) => [...new Set(values)].join(', ')
  const link = `[${first.name}](runbooks/${first.name}.md)`
  const summary = first.summary.replace(
    /\{(\w+)\}/g,
    (_, name: string) => `*${name.replaceAll('_', ' ')}*`,
  )
  return `| ${link} | ${first.severity} | ${first.team} | ${summary} | ${each(limits)} | ${each(durations)} |`
}

/** The page with its table of alerts brought up to date. */
export const withAlertTable = (page: string, thresholds: Thresholds): string => {
  const byName = Map.groupBy(allAlerts(thresholds), ({ name }) => name)
  const table = [
    '| alert | severity | team | what it says | limit | for, minutes |',
    '|---|---|---|---|---|---|',
    ...[...byName.values()].map(row),
  ].join('\n')
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin) {
    throw new Error(`Cannot write the table: README.md must have ${BEGIN} and ${END}`)
  }
  return `${page.slice(0, begin + BEGIN.length)}\n${table}\n${page.slice(end)}`
}
