import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generated } from '../../../monitoring/prometheus/source/build.ts'
import { thresholds } from '../../../monitoring/thresholds.ts'
import { MONITORING } from './tools.ts'

/** Copies the configurations so that nothing takes minutes: expressions and thresholds stay as they are. */
export async function quickConfigs(folder: string): Promise<void> {
  for (const part of ['alertmanager', 'collector', 'jaeger', 'loki', 'prometheus']) {
    await cp(`${MONITORING}${part}`, join(folder, part), { recursive: true })
  }
  const prometheus = join(folder, 'prometheus')
  for (const [file, content] of generated(thresholds, { forSeconds: 2, intervalSeconds: 1 })) {
    if (file.startsWith('rules/')) await writeFile(join(prometheus, file), content)
  }
  const config = join(prometheus, 'prometheus.dev.yml')
  const text = await readFile(config, 'utf8')
  await writeFile(config, text.replaceAll(/(interval|timeout): 5s/g, '$1: 1s'))
}
