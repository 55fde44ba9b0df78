/**
 * Writes the rules and the table of alerts anew from thresholds.ts: `node monitoring/generate.ts`. Into another folder,
 * if one is given, with the tests of the rules, which are made anew for each run of promtool.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generated } from './prometheus/source/build.ts'
import { withAlertTable } from './prometheus/source/table.ts'
import { thresholds } from './thresholds.ts'

const page = join(import.meta.dirname, 'README.md')
const folder = process.argv[2] ?? import.meta.dirname

const isElsewhere = folder !== import.meta.dirname
rmSync(join(folder, 'prometheus', 'rules'), { recursive: true, force: true })
for (const [file, content] of generated(thresholds)) {
  if (file.startsWith('tests/') && !isElsewhere) {
    continue
  }
  const path = join(folder, 'prometheus', file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
writeFileSync(join(folder, 'README.md'), withAlertTable(readFileSync(page, 'utf8'), thresholds))
