import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { between } from '../draw/between.ts'
import type { MonitorOptions } from '../options.ts'
import { findPrograms } from '../programs.ts'
import { MONTH_MINUTES } from './events.ts'
import { report } from './report.ts'
import { scoreOf } from './score.ts'
import { simulateMonth } from './simulate.ts'

/** Simulates a month and says how good the alerts were. */
export async function runMonth({ ports, seed, write }: MonitorOptions): Promise<void> {
  const { prometheus } = findPrograms()
  if (!prometheus) {
    throw new Error('Cannot simulate: Prometheus must be installed (apt-get install prometheus)')
  }
  const month = await simulateMonth({
    seed,
    minutes: MONTH_MINUTES,
    prometheus,
    port: ports.prometheus,
    say: (line) => console.log(line),
  })
  const text = report(month, scoreOf(month))
  console.log(`\n${text}`)
  if (!write) return
  const page = resolve(import.meta.dirname, '../../../docs/monitoring.md')
  await writeFile(page, between(await readFile(page, 'utf8'), 'month', text))
}
