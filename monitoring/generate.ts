/**
 * Writes the rules, their tests and the table of alerts anew from thresholds.ts: `node monitoring/generate.ts`.
 * Another folder can be given, to look at the result first.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generated } from './prometheus/source/build.ts'
import { withAlertTable } from './prometheus/source/table.ts'
import { thresholds } from './thresholds.ts'

const page = join(import.meta.dirname, 'README.md')
const folder = process.argv[2] ?? import.meta.dirname

for (const name of ['rules', 'tests']) {
  rmSync(join(folder, 'prometheus', name), { recursive: true, force: true })
}
for (const [file, content] of generated(thresholds)) {
  const path = join(folder, 'prometheus', file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
writeFileSync(join(folder, 'README.md'), withAlertTable(readFileSync(page, 'utf8'), thresholds))
