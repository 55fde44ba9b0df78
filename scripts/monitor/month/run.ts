import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { between } from '../draw/between.ts'
import type { MonitorOptions } from '../options.ts'
import { findPrograms } from '../programs.ts'
import { costOf, costTable } from './cost.ts'
import { MONTH_MINUTES } from './events.ts'
import { report } from './report.ts'
import { scoreOf } from './score.ts'
import { simulateMonth } from './simulate.ts'

const SERVICES = 5

type Options = Parameters<typeof costOf>[1]

async function monthly(options: Options): Promise<string> {
  const month = await simulateMonth({ ...options, minutes: MONTH_MINUTES })
  return report(month, scoreOf(month))
}

const costly = async (options: Options): Promise<string> =>
  costTable(await costOf(1, options), await costOf(SERVICES, options), SERVICES)

/** Simulates a month and says how good the alerts were; or how much CPU their evaluation takes. */
export async function runMonth({ ports, seed, month, write }: MonitorOptions): Promise<void> {
  const { prometheus } = findPrograms()
  if (!prometheus) {
    throw new Error('Cannot simulate: Prometheus must be installed (apt-get install prometheus)')
  }
  const options = { seed, prometheus, port: ports.prometheus, say: console.log }
  const text = month ? await monthly(options) : await costly(options)
  console.log(`\n${text}`)
  if (!write) return
  const page = resolve(import.meta.dirname, '../../../docs/monitoring.md')
  await writeFile(page, between(await readFile(page, 'utf8'), month ? 'month' : 'cost', text))
}
