/**
 * Puts the figures of `bench/results` into README.md and docs/benchmarks.md, between the marks made for them. With
 * `--check`, only says whether they are there as they should be.
 *
 *   node bench/publish.ts [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { childSpansTable, deadCollectorTable, enduranceTable } from './endurance/tables.ts'
import { peersAheadTable } from './peers-ahead.ts'
import {
  bindingsTable,
  coldStartTable,
  floorTable,
  growthPlots,
  innerTable,
  machineLine,
  microTable,
  requestTable,
  runtimesTable,
  summarySentence,
  summaryTable,
  targetTable,
  withoutTable,
  wranglerTable,
} from './tables.ts'

const FILES = ['README.md', 'docs/benchmarks.md']

const SECTIONS: Record<string, () => string> = {
  machine: machineLine,
  summary: summaryTable,
  sentence: summarySentence,
  targets: targetTable,
  wrangler: wranglerTable,
  floor: floorTable,
  'cold-start': coldStartTable,
  without: withoutTable,
  bindings: bindingsTable,
  inner: innerTable,
  runtimes: runtimesTable,
  micro: microTable,
  growth: growthPlots,
  'child-spans': childSpansTable,
  endurance: enduranceTable,
  'dead-collector': deadCollectorTable,
  'peers-ahead': peersAheadTable,
}

const sectionOf = (name: string): string => {
  const [kind = '', workload] = name.split(':')
  const section = kind === 'requests' ? () => requestTable(workload ?? '') : SECTIONS[kind]
  if (!section) throw new Error(`Cannot publish: no figures are called ${name}`)
  return section()
}

const isCheck = process.argv.includes('--check')
for (const file of FILES) {
  const path = new URL(`../${file}`, import.meta.url)
  const before = readFileSync(path, 'utf8')
  const after = before.replace(
    /(<!-- figures: (\S+) -->\n)[\s\S]*?(\n<!-- end of figures -->)/g,
    (_match, start: string, name: string, end: string) => `${start}\n${sectionOf(name)}\n${end}`,
  )
  if (after === before) continue
  if (isCheck) {
    console.error(`${file} does not show the figures of bench/results: run node bench/publish.ts`)
    process.exitCode = 1
  } else {
    writeFileSync(path, after)
    console.log(`${file} updated`)
  }
}
