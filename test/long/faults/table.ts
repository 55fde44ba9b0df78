import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { accountOf, sumOf, uncounted } from './account.ts'
import type { Outcome } from './run.ts'
import type { Scenario } from './scenario.ts'
import { MINUTE, SCENARIOS } from './scenarios.ts'

/** One line of the table, cell by cell. */
export type Row = readonly string[]

const FILE = new URL('../../../docs/faults.md', import.meta.url)
const HEAD = /(\| a receiver that .*\n\|[-|]+\|\n)((?:\|.*\n)*)/

/** What was seen, in words that are the same in every run. */
export function rowOf(scenario: Scenario, outcome: Outcome): Row {
  const { name, lost = [], lostPoints = lost } = scenario
  const spans = accountOf(outcome, 'spans')
  const logs = accountOf(outcome, 'logs')
  const { traces } = outcome.state.signals
  const repeated = spans.repeated + logs.repeated > 0 ? ', some twice' : ''
  const isCounted = sumOf(traces?.dropped) === spans.missing
  return [
    name,
    outcome.differing.length ? 'other answers' : 'the same answers',
    outcome.latency.differenceMs <= 5 ? 'at most 5 ms' : 'within 10 % and noise',
    spans.delivered === logs.delivered ? spans.delivered + repeated : 'unequal',
    spans.missing ? `${isCounted ? '' : 'not '}counted as ${reasons(lost)}` : 'none',
    metricsCell(outcome, lostPoints),
  ]
}

function metricsCell(outcome: Outcome, lost: readonly string[]): string {
  const dropped = outcome.state.signals.metrics?.dropped
  if (sumOf(dropped) === 0) return uncounted(outcome) === 0 ? 'exact' : 'not counted'
  return uncounted(outcome) > 0
    ? `less what is counted as ${reasons(lost)}`
    : `exact; what it has stored is counted as ${reasons(lost)}`
}

/** Fails if the page says otherwise; with `UPDATE_FAULTS=1`, writes it there. */
export function documentRow(row: Row): void {
  if (process.env.UPDATE_FAULTS) {
    const rows = [...documentedRows().filter(([name]) => name !== row[0]), row]
    const lines = [...SCENARIOS, MINUTE].flatMap(({ name }) => {
      const own = rows.find(([other]) => other === name)
      return own ? [`| ${own.join(' | ')} |\n`] : []
    })
    writeFileSync(
      FILE,
      page().replace(HEAD, (_all, head) => head + lines.join('')),
    )
  }
  const documented = documentedRows().find(([name]) => name === row[0]) ?? []
  expect(withoutLatency(documented)).toEqual(withoutLatency(row))
}

/** Which of the two bounds holds depends on the machine, and the test has seen that one does. */
const withoutLatency = (row: Row): Row => row.filter((_, column) => column !== 2)

export const documentedNames = (): (string | undefined)[] => documentedRows().map(([name]) => name)

function documentedRows(): Row[] {
  const [, , rows = ''] = HEAD.exec(page()) ?? []
  return rows.split('\n').flatMap((line) => (line ? [line.slice(2, -2).split(' | ')] : []))
}

function page(): string {
  return readFileSync(FILE, 'utf8')
}

function reasons(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
