import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { between } from '../draw/between.ts'
import type { MonitorOptions } from '../options.ts'
import { findPrograms } from '../programs.ts'
import { playGameDay } from './play.ts'
import { report } from './report.ts'
import { timeline } from './timeline.ts'
import { faultsOf } from './verdict.ts'

/** Those that a shop without extras fills. */
const BOARDS = ['overview', 'routes', 'dependencies', 'jobs', 'slo', 'telemetry']

const ROOT = resolve(import.meta.dirname, '../../..')

/**
 * Plays every incident and says who was paged.
 *
 * @throws Error with all that was not as it should be.
 */
export async function runGameDay({ ports, speed, write }: MonitorOptions): Promise<void> {
  console.log(`A minute of production takes ${(60 / speed).toFixed(1)} s.\n`)
  const startedMs = Date.now()
  const day = await playGameDay({
    ports,
    programs: findPrograms(),
    speed,
    ...(write && { boards: BOARDS }),
    say: (line) => {
      const seconds = Math.round((Date.now() - startedMs) / 1000)
      console.log(`${String(seconds).padStart(4)} s  ${line}`)
    },
  })
  for (const missing of day.missing) console.log(`NOT PLAYED: ${missing}`)
  console.log(`\n${report(day)}\n`)
  if (write) {
    const page = resolve(ROOT, 'docs/monitoring.md')
    await writeFile(page, between(await readFile(page, 'utf8'), 'game day', report(day)))
    await writeFile(resolve(ROOT, 'docs/images/game-day.svg'), timeline(day))
    for (const [uid, drawn] of day.boards) {
      await writeFile(resolve(ROOT, `docs/images/board-${uid}.svg`), drawn)
    }
    console.log('Written: docs/monitoring.md and pictures in docs/images')
  }
  const faults = faultsOf(day)
  if (faults.length) throw new Error(`Not as it should be:\n${faults.join('\n')}`)
  console.log('Everybody was paged who should be, once, and nobody else.')
}
