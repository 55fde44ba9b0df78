import { describe, expect, it } from 'vitest'
import { boards } from '../../../monitoring/grafana/source/boards.ts'
import { settings } from '../../../monitoring/thresholds.ts'
import { SEVERITIES, TEAMS } from '../../../scripts/monitor/test-alert/alerts.ts'
import { readProjectFile } from '../../support/docs/project.ts'
import { commandFault, commandsOf } from './runbook-commands.ts'
import { areInstalled } from './tools.ts'

const page = readProjectFile('docs/on-call.md')
const hasTools = areInstalled(['promtool', 'amtool'], 'commands of the page for who is on call')

/** The first cells of the rows of a table, by the first cell of its head. */
const rowsBelow = (head: string): string[] => {
  const [, table = ''] = page.split(new RegExp(`^\\| ${head} \\|.*\\n\\|[-|]+\\n`, 'm'))
  const [rows = ''] = table.split('\n\n')
  return rows.split('\n').map((row) => row.split('|')[1]?.trim().replaceAll('`', '') ?? '')
}

describe('the page for who is on call', () => {
  it('says what each severity and team is', () => {
    expect(rowsBelow('severity')).toEqual(SEVERITIES)
    expect(rowsBelow('team')).toEqual(TEAMS)
    expect(page).toContain(`after ${settings.escalateMinutes} minutes`)
  })

  it('has something to ask of every dashboard', () => {
    expect(rowsBelow('dashboard').sort()).toEqual(boards.map(({ title }) => title).sort())
  })

  it.runIf(hasTools)('has commands that exist', { timeout: 120_000 }, async () => {
    const commands = [...new Set(commandsOf(page))]
    expect(commands.length).toBeGreaterThan(12)
    const faults: string[] = []
    for (const command of commands) {
      const fault = await commandFault(command)
      if (fault) faults.push(`${command}: ${fault}`)
    }
    expect(faults).toEqual([])
  })
})
