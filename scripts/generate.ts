/**
 * Writes anew all that is made from something else: `npm run generate`. With `--check` it writes nothing, names what
 * would change, and exits 1 if there is any.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { boards } from '../monitoring/grafana/source/boards.ts'
import { fileOf } from '../monitoring/grafana/source/file.ts'
import { generated } from '../monitoring/prometheus/source/build.ts'
import { runbooks } from '../monitoring/prometheus/source/runbook.ts'
import { withAlertTable } from '../monitoring/prometheus/source/table.ts'
import { thresholds } from '../monitoring/thresholds.ts'
import { apiReports } from './docs/api-report.ts'
import { withOptions } from './docs/options-table.ts'
import { withDiagram } from './structure/diagram.ts'
import { floors } from './structure/floors.ts'

const root = new URL('../', import.meta.url)

const read = (file: string): string => {
  try {
    return readFileSync(new URL(file, root), 'utf8')
  } catch {
    return ''
  }
}

/** Every such file with what it should hold. */
export const generatedFiles = (): Map<string, string> =>
  new Map([
    ['ARCHITECTURE.md', withDiagram(read('ARCHITECTURE.md'), floors)],
    ['docs/configuration.md', withOptions(read('docs/configuration.md'))],
    ['monitoring/README.md', withAlertTable(read('monitoring/README.md'), thresholds)],
    ...[...generated(thresholds)]
      .filter(([file]) => file.startsWith('rules/'))
      .map(([file, content]): [string, string] => [`monitoring/prometheus/${file}`, content]),
    ...[...runbooks(thresholds, (alert) => read(`monitoring/runbooks/${alert}.md`))].map(
      ([alert, page]): [string, string] => [`monitoring/runbooks/${alert}.md`, page],
    ),
    ...boards.map((board): [string, string] => [
      `monitoring/grafana/dashboards/${board.uid}.json`,
      fileOf(board),
    ]),
    ...apiReports(),
  ])

if (import.meta.main) {
  const isCheck = process.argv.includes('--check')
  const changed = [...generatedFiles()].filter(([file, content]) => read(file) !== content)
  for (const [file, content] of changed) {
    console.log(isCheck ? `would change ${file}` : `wrote ${file}`)
    if (!isCheck) {
      writeFileSync(new URL(file, root), content)
    }
  }
  process.exitCode = isCheck && changed.length ? 1 : 0
}
