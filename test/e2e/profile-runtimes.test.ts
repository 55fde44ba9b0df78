import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const app = fileURLToPath(new URL('profile/app.ts', import.meta.url))
const COMMANDS = {
  node: [app],
  bun: ['run', app],
  deno: ['run', '--no-lock', '--node-modules-dir=manual', '-A', app],
}
const NO_PROMPT = ['run', '--no-lock', '--node-modules-dir=manual', '--no-prompt', '--allow-env']
const PATHS = [
  '/debug/profile?seconds=1',
  '/debug/heap?seconds=1',
  '/debug/profile?seconds=1&format=cpuprofile',
]

interface Answer {
  path: string
  status: number
  name: string | null
  base64: string
}

const folder = mkdtempSync(join(tmpdir(), 'profile-'))
afterAll(() => rmSync(folder, { recursive: true }))

const GO = ['go', '/usr/local/go/bin/go'].find((name) => spawnSync(name, ['version']).status === 0)
if (!GO) console.log('NOT TESTED: `go tool pprof` reads the profiles, Go is not installed')

/** What `go tool pprof` says of a profile. */
const top = (bytes: Buffer): string => {
  const file = join(folder, 'profile.pb.gz')
  writeFileSync(file, bytes)
  const { stdout, stderr } = spawnSync(GO as string, ['tool', 'pprof', '-top', file], {
    encoding: 'utf8',
  })
  return stdout + stderr
}

describe.each(['node', 'bun', 'deno'] as const)('on %s', (runtime) => {
  it('profiles of CPU and heap tell who is busy and who holds what, to pprof and to DevTools', async () => {
    const { stdout } = await promisify(execFile)(runtime, [...COMMANDS[runtime], ...PATHS], {
      cwd: root,
      env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` },
      maxBuffer: 50_000_000,
    })
    const { answers } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { answers: Answer[] }
    const [cpu, heap, devTools] = answers as [Answer, Answer, Answer]
    const body = (answer: Answer): Buffer => Buffer.from(answer.base64, 'base64')

    expect([cpu.status, cpu.name]).toEqual([200, 'attachment; filename="cpu.pb.gz"'])
    expect(gunzipSync(body(cpu)).includes('burn')).toBe(true)
    if (GO) {
      const report = top(body(cpu))
      expect(report).toMatch(/^Type: cpu$/m)
      expect(report).toMatch(/^Duration: \d/m)
      // Mostly inlined into its caller, or not.
      expect(report).toMatch(/ (?:burn|\(anonymous\))$/m)
    }

    const { nodes, samples } = JSON.parse(body(devTools).toString()) as {
      nodes: { id: number; callFrame: { functionName: string; url: string } }[]
      samples: number[]
    }
    expect(devTools.name).toBe('attachment; filename="profile.cpuprofile"')
    const own = new Set(
      nodes.filter(({ callFrame }) => /app\.ts$/.test(callFrame.url)).map(({ id }) => id),
    )
    expect(samples.filter((id) => own.has(id)).length).toBeGreaterThan(20)

    if (runtime === 'bun') {
      expect([heap.status, body(heap).toString()]).toEqual([
        501,
        'Cannot make this profile: this runtime has no HeapProfiler\n',
      ])
    } else {
      expect([heap.status, heap.name]).toEqual([200, 'attachment; filename="heap.pb.gz"'])
      if (GO) {
        const report = top(body(heap))
        expect(report).toMatch(/^Type: inuse_space$/m)
        expect(report).toMatch(/ keep$/m)
      }
    }
  })
})

describe('on Deno', () => {
  const ask = async (...more: string[]): Promise<Answer[]> => {
    const { stdout } = await promisify(execFile)('deno', [...NO_PROMPT, ...more, app, ...PATHS], {
      cwd: root,
      env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}` },
      maxBuffer: 50_000_000,
    })
    return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { answers: Answer[] }).answers
  }

  it('a profile without the permission for it is 501, which says which it is', async () => {
    for (const { status, base64 } of await ask()) {
      expect([status, Buffer.from(base64, 'base64').toString()]).toEqual([
        501,
        expect.stringMatching(/^Cannot make this profile: .*--allow-sys/),
      ])
    }
  })

  it('`--allow-sys` is the permission that is needed', async () => {
    expect((await ask('--allow-sys')).map(({ status }) => status)).toEqual([200, 200, 200])
  })
})
