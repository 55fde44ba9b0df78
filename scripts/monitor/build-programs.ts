import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { builtCollector, COLLECTOR_MANIFEST, COLLECTOR_VERSION } from './programs.ts'

async function run(program: string, args: string[], cwd: string, goBin: string): Promise<void> {
  const child = spawn(program, args, {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, GOBIN: goBin, CGO_ENABLED: '0' },
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`Cannot build: \`${program} ${args[0]}\` ended with ${code}`)
}

/** Builds the Collector with the Go toolchain, if it is not in the cache. */
export async function buildCollector(): Promise<void> {
  if (existsSync(builtCollector())) return
  const output = dirname(builtCollector())
  const directory = dirname(output)
  await mkdir(directory, { recursive: true })
  const manifest = (await readFile(COLLECTOR_MANIFEST, 'utf8')).replace(
    /output_path: .*/,
    () => `output_path: ${JSON.stringify(output)}`,
  )
  await writeFile(join(directory, 'builder.yaml'), manifest)
  const bin = join(directory, 'bin')
  const builder = `go.opentelemetry.io/collector/cmd/builder@v${COLLECTOR_VERSION}`
  await run('go', ['install', builder], directory, bin)
  await run(join(bin, 'builder'), ['--config=builder.yaml'], directory, bin)
}
