/**
 * Nanoseconds, and on Node bytes, of each piece that a request's telemetry is made of, on every runtime.
 *
 *   node bench/micro/main.ts [--json FILE]
 *
 * The best of many short rounds, which leaves out what else the machine does.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundle } from '../../test/support/bundle.ts'
import { startWorker } from '../../test/support/worker.ts'
import { PIECES } from './pieces.ts'

const { values: args } = parseArgs({ options: { json: { type: 'string' } } })

interface Result {
  title: string
  nanoseconds: number
  bytes?: number
}

const COMMANDS: Record<string, readonly string[]> = {
  Node: ['node', '--expose-gc', '--max-semi-space-size=256'],
  Deno: ['deno', 'run', '--no-config', '--allow-env'],
  Bun: ['bun', 'run'],
}

const TIMES = 20_480
const ROUNDS = 25

const runIn = (command: readonly string[], file: string): Promise<Result[]> =>
  new Promise((resolve, reject) => {
    const [name = '', ...rest] = command
    const child = spawn(name, [...rest, file], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('exit', (code) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`${name} ended with ${code}`)),
    )
  })

const runInWorkerd = async (): Promise<Result[]> => {
  const worker = await startWorker({ entry: new URL('worker.ts', import.meta.url) })
  const timeOf = async (piece: number, times: number): Promise<number> => {
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < ROUNDS; round++) {
      const startedMs = performance.now()
      await (await fetch(`${worker.url}/?piece=${piece}&times=${times}`)).text()
      best = Math.min(best, performance.now() - startedMs)
    }
    return best
  }
  try {
    const results: Result[] = []
    for (const [piece, { title }] of PIECES.entries()) {
      await timeOf(piece, TIMES)
      const nanoseconds = ((await timeOf(piece, TIMES)) - (await timeOf(piece, 0))) * (1e6 / TIMES)
      results.push({ title, nanoseconds })
    }
    return results
  } finally {
    await worker.stop()
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'bench-micro-'))
const results: Record<string, Result[]> = {}
try {
  const file = join(scratch, 'run.mjs')
  writeFileSync(file, await bundle(fileURLToPath(new URL('run.ts', import.meta.url))))
  for (const [name, command] of Object.entries(COMMANDS)) results[name] = await runIn(command, file)
  results.workerd = await runInWorkerd()
} finally {
  rmSync(scratch, { recursive: true })
}

const names = Object.keys(results)
console.log(`\nnanoseconds\n`)
console.log(''.padEnd(36) + [...names, 'bytes (Node)'].map((name) => name.padStart(13)).join(''))
for (const [index, { title }] of PIECES.entries()) {
  const cells = names.map((name) => results[name]?.[index]?.nanoseconds.toFixed(0) ?? '')
  const bytes = results.Node?.[index]?.bytes?.toFixed(0) ?? ''
  console.log(title.padEnd(36) + [...cells, bytes].map((cell) => cell.padStart(13)).join(''))
}
if (args.json) writeFileSync(args.json, `${JSON.stringify(results, null, 2)}\n`)
