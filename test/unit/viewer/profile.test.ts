import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { topTable } from '../../../viewer/node/profile/top-table.ts'
import { pprofOf } from '../../../viewer/profile/pprof.ts'
import { figuresOf, type Profile, sumOf } from '../../../viewer/profile/profile.ts'
import { readProfile } from '../../../viewer/profile/read.ts'
import { callFrame, cpuProfile } from './suite/cpu-profile.ts'

const GO = ['go', '/usr/local/go/bin/go'].find((name) => spawnSync(name, ['version']).status === 0)
if (!GO)
  console.log('NOT TESTED: `go tool pprof` reads what the command writes, Go is not installed')

const read = (json: unknown, durationMs?: number): Profile =>
  readProfile(JSON.stringify(json), durationMs)

/** By names: what each function spent in itself, and in all. */
const figures = (profile: Profile): Record<string, [self: number, total: number]> => {
  const all = figuresOf(profile)
  return Object.fromEntries(
    profile.frames.map(({ name }, at) => [name, [all[at]?.self ?? 0, all[at]?.total ?? 0]]),
  )
}

/** handle calls itself once, and burn from both. */
const nested = cpuProfile(
  [
    { name: 'handle', children: [1, 2] },
    { name: 'handle', children: [3] },
    { name: 'burn' },
    { name: 'burn' },
  ],
  [0, 1, 2, 3, 'idle', 3],
)

const heap = {
  head: {
    callFrame: callFrame('(root)', '', -1),
    selfSize: 0,
    children: [
      {
        callFrame: callFrame('keep', 'app.ts'),
        selfSize: 3000,
        children: [{ callFrame: callFrame('from'), selfSize: 1000, children: [] }],
      },
    ],
  },
}

describe('a CPU profile', () => {
  it('gives each function its own time and that of what it calls, recursion once', () => {
    const profile = read(nested)
    expect(profile).toMatchObject({ kind: 'cpu', unit: 'ms', durationMs: 60, stepMs: 1 })
    expect(figures(profile)).toEqual({ handle: [20, 50], burn: [30, 30] })
    expect(sumOf(profile)).toBe(50)
  })

  it('says when there was work', () => {
    const { busy } = read(cpuProfile([{ name: 'a' }], ['idle', 0, 'idle', 0]))
    const worked = (from: number) => busy.slice(from, from + 10).reduce((a, b) => a + b, 0)
    expect([0, 10, 20, 30].map(worked)).toEqual([0, 10, 0, 10])
    expect(busy).toHaveLength(40)
  })

  it('has no more work than time, also where a file lacks the times of its samples', () => {
    const file = cpuProfile([{ name: 'a' }], [0, 0, 0], 2)
    expect(sumOf(read({ ...file, timeDeltas: [] }))).toBe(6)
  })

  /** Milliseconds before each sample of one function, and from the last to the end. */
  const sampled = (deltasMs: readonly number[], lastMs: number): Profile => {
    const samples = deltasMs.map(() => 0)
    const file = cpuProfile([{ name: 'a' }], samples)
    const timeDeltas = deltasMs.map((ms) => ms * 1000)
    const lengthMs = deltasMs.reduce((sum, ms) => sum + ms, lastMs)
    return read({ ...file, timeDeltas, endTime: Number(file.startTime) + lengthMs * 1000 })
  }

  it.each([
    // As workerd and Bun sample: nothing while nothing runs.
    ['between bursts', [3, ...Array(20).fill([1, 1, 1, 200]).flat()], 300, 81],
    ['between samples that are alone', [1, 858, 429, 1287, 426, 214, 427], 361, 7],
    ['between samples that are alone and even', [1, ...Array(20).fill(200)], 200, 21],
    ['after the only sample', [3], 4000, 1],
    ['but not a sample that is late', [1, 1, 1, 9, 1, 1], 1, 14],
    ['but not between samples 20 ms apart', [1, ...Array(20).fill(20)], 20, 420],
  ])('counts no work in a pause %s', (_, deltasMs, lastMs, workMs) => {
    const profile = sampled(deltasMs, lastMs)
    expect(sumOf(profile)).toBeCloseTo(workMs, 3)
    expect(profile.busy.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(workMs, 1)
  })

  it('puts functions of one name and line at one place together, and keeps others apart', () => {
    const profile = read(
      cpuProfile([{ name: 'a' }, { name: 'a' }, { name: 'a', file: 'b.ts' }], [0, 1, 2]),
    )
    expect(profile.nodes).toHaveLength(2)
    expect(profile.frames.map(({ file, line }) => [file, line])).toContainEqual(['b.ts', 3])
  })

  it('may be 50,000 calls deep', () => {
    const places = Array.from({ length: 50_000 }, (_, at) => ({
      name: `f${at % 7}`,
      children: [at + 1],
    }))
    const profile = read(cpuProfile([...places, { name: 'leaf' }], [50_000, 50_000]))
    expect(figures(profile)).toMatchObject({ leaf: [20, 20], f0: [0, 20] })
  })

  it.each([
    ['no JSON', '{', 'The profile is not JSON'],
    ['something else', '{"resourceSpans":[]}', /must be a .cpuprofile/],
    ['a list', '[]', /must be an object/],
    ['no samples', JSON.stringify({ ...nested, samples: [] }), /must have `samples`/],
    ['an end before its start', JSON.stringify({ ...nested, endTime: 1 }), /`startTime` before/],
    ['an endless time', JSON.stringify({ ...nested, endTime: 1e300 }), /by an hour at most/],
    [
      'a circle',
      JSON.stringify({
        ...nested,
        nodes: [
          { id: 1, callFrame: {}, children: [2] },
          { id: 2, callFrame: {}, children: [1] },
        ],
      }),
      '`nodes` must be a tree',
    ],
    [
      'a node of two callers',
      JSON.stringify({
        ...nested,
        nodes: [
          { id: 1, callFrame: {}, children: [3, 3] },
          { id: 3, callFrame: {} },
        ],
      }),
      '`nodes` must be a tree',
    ],
  ])('is refused: %s', (_, text, message) => {
    expect(() => readProfile(text)).toThrow(message)
  })

  it('has at most 200,000 places', () => {
    const places = Array.from({ length: 200_001 }, (_, at) => ({ name: `f${at}` }))
    expect(() => read(cpuProfile(places, [0]))).toThrow('at most 200000 places')
  })

  it('counts times that run back as none, and never more than its own time', () => {
    const { samples } = nested as { samples: number[] }
    const profile = read({ ...nested, timeDeltas: samples.map(() => -1e9) })
    expect(sumOf(profile)).toBe(1)
    expect(profile.busy).toHaveLength(60)
  })
})

it('a heap profile gives each function what it allocated', () => {
  const profile = read(heap, 1000)
  expect(profile).toMatchObject({ kind: 'heap', unit: 'By', durationMs: 1000, busy: [] })
  expect(figures(profile)).toEqual({ keep: [3000, 4000], from: [1000, 1000] })
})

describe('the table of the terminal', () => {
  it('has what spent most in itself first, as many as asked for', () => {
    expect(topTable(read(nested), 1, false)).toBe(
      [
        '             self              total  function',
        '    30 ms  60.0 %      30 ms  60.0 %  burn app.ts:3',
      ].join('\n'),
    )
    expect(topTable(read(heap), 1, false)).toContain(
      '     3 kB  75.0 %       4 kB 100.0 %  keep app.ts:3',
    )
    expect(topTable(read(nested), 0, false)).toBe('')
    expect(topTable(read(cpuProfile([{ name: 'a' }], ['idle'])), 9, false)).toBe('')
  })

  it('has colours only when asked for, and none that a name brings', () => {
    const hostile = read(cpuProfile([{ name: '\u001b[31mred\u202e', file: '\u009b2J' }], [0]))
    expect(topTable(hostile, 5, false)).toMatch(/ \[31mred 2J:3$/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for
    expect(topTable(hostile, 5, true)).toMatch(/^\u001b\[1m {2,}self/)
  })
})

describe.runIf(GO)('go tool pprof', () => {
  it.each([
    ['cpu', nested, /^Type: cpu$/m, /30ms\s+60(\.0+)?%.*burn$/m, /20ms.*50ms\s+100%\s+handle$/m],
    ['heap', heap, /^Type: inuse_space$/m, /keep$/m, /from$/m],
  ] as [string, unknown, ...RegExp[]][])('reads a %s profile', (_, json, ...expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'pprof-'))
    const file = join(folder, 'p.pb.gz')
    writeFileSync(file, gzipSync(pprofOf(read(json), Date.UTC(2026, 1, 3))))
    const { stdout } = spawnSync(GO as string, ['tool', 'pprof', '-top', file], {
      encoding: 'utf8',
    })
    rmSync(folder, { recursive: true })
    expect(stdout).toContain('2026-02-03')
    for (const each of expected) expect(stdout).toMatch(each)
  })
})
