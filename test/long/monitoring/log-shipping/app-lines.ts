import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sink } from '../../../support/otlp-sink.ts'

const APP = join(import.meta.dirname, 'app.ts')

/**
 * The lines that the app wrote; it sent the same to the sink.
 *
 * @throws Error with what it said where it did not end well.
 */
export const writtenLines = async (folder: string, sink: Sink): Promise<string[]> => {
  const file = join(folder, 'written')
  const output = openSync(file, 'w')
  const child = spawn(process.execPath, [APP], {
    stdio: ['ignore', output, output],
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_LOGS_EXPORTER: 'otlp' },
  })
  const [code] = await once(child, 'exit')
  const text = readFileSync(file, 'utf8')
  if (code !== 0) throw new Error(text)
  return text.split('\n').filter((line) => line.startsWith('{'))
}
