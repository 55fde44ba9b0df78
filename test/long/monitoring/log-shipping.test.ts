import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { startSink } from '../../support/otlp-sink.ts'
import { AGENT_CONFIG, type Agent, startAgent } from './log-shipping/agent.ts'
import { writtenLines } from './log-shipping/app-lines.ts'
import { comparable } from './log-shipping/comparable.ts'
import { isJournaldHere, type Journal, startJournal } from './log-shipping/journal.ts'
import { bodies, type ShippedRecord, shipped } from './log-shipping/records.ts'

const soon = { timeout: 60_000, interval: 200 }
const { collector } = findPrograms()
if (!collector) {
  console.warn(
    'NOT TESTED: that lines are shipped. npm run monitor:native -- --build makes a Collector.',
  )
}

let folder: string
let agent: Agent | undefined
let lines: string[]
let byOtlp: ShippedRecord[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ship-'))
  const sink = await startSink()
  lines = await writtenLines(folder, sink)
  byOtlp = shipped(sink)
  await sink.close()
})
afterEach(async () => {
  await agent?.stop()
  agent = undefined
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A folder of the test's own, and an agent that reads it. */
const start = async (
  name: string,
  variables: (at: string) => Record<string, string>,
  files: Readonly<Record<string, string | Buffer>> = {},
): Promise<{ at: string; agent: Agent }> => {
  const at = join(folder, name)
  mkdirSync(at)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(at, path, '..'), { recursive: true })
    writeFileSync(join(at, path), content)
  }
  agent = await startAgent(collector as string, join(at, 'agent'), variables(at))
  return { at, agent }
}

/** The shipped pattern, in another folder. */
const ofFiles = (at: string): Record<string, string> => {
  const [, pattern = ''] =
    /LOG_FILES:-\/var\/log\/app\/([^}]+)\}/.exec(readFileSync(AGENT_CONFIG, 'utf8')) ?? []
  expect(pattern).toMatch(/^\*\.log/)
  return { LOG_FILES: join(at, pattern) }
}

const isOurs = ({ scope }: ShippedRecord): boolean => scope !== ''

const expectSame = async (): Promise<void> => {
  const { sink } = agent as Agent
  const expected = comparable(byOtlp)
  expect(expected.length).toBeGreaterThan(12)
  await expect.poll(() => shipped(sink).filter(isOurs).length, soon).toBe(expected.length)
  expect(comparable(shipped(sink).filter(isOurs))).toEqual(expected)
}

describe.runIf(collector)('a line that the agent read', () => {
  it('of a file is the record that OTLP would have brought', async () => {
    await start('file', ofFiles, { 'app.log': `${lines.join('\n')}\n` })
    await expectSame()
  })

  it("of Docker's json-file is, in pieces of 16 kB and of both streams at once, too", async () => {
    const pieces = (line: string, stream: string): string[] =>
      (`${line}\n`.match(/[\s\S]{1,16384}/g) ?? []).map((log) =>
        JSON.stringify({ log, stream, time: '2026-11-30T10:00:00.123456789Z' }),
      )
    const id = 'ab12'.repeat(16)
    const [long = '', ...others] = lines.toSorted((a, b) => b.length - a.length)
    const partial = pieces(long, 'stderr')
    expect(partial.length).toBeGreaterThan(1)
    // A whole line of the other stream comes between the parts of the long one.
    const [between = '', ...rest] = others.flatMap((line) => pieces(line, 'stdout'))
    const content = [partial[0], between, ...partial.slice(1), ...rest].join('\n')
    await start(
      'docker',
      (at) => ({
        LOG_SOURCES: '[file_log/docker]',
        DOCKER_LOG_FILES: join(at, '*/*-json.log'),
      }),
      { [`${id}/${id}-json.log`]: `${content}\n` },
    )
    await expectSame()
    for (const { resource } of shipped((agent as Agent).sink)) {
      expect(resource['.container.id']).toEqual({ stringValue: id })
    }
  })

  it.each(['containerd', 'CRI-O'])('of a pod, as %s keeps it, is too', async (runtime) => {
    const time = `2026-11-30T10:00:00.123456789${runtime === 'containerd' ? 'Z' : '+00:00'}`
    const pieces = (line: string): string[] => {
      const parts = line.match(/[\s\S]{1,16384}/g) ?? []
      return parts.map((part, i) => `${time} stdout ${i < parts.length - 1 ? 'P' : 'F'} ${part}`)
    }
    const pod = 'default_shop-7f9c_0a1b2c3d-0a1b-4c3d-8e9f-0a1b2c3d4e5f/shop/0.log'
    const content = lines.flatMap(pieces).join('\n')
    await start(
      `pods-${runtime}`,
      (at) => ({
        LOG_SOURCES: '[file_log/pods]',
        POD_LOG_FILES: join(at, '*/*/*.log'),
      }),
      { [pod]: `${content}\n` },
    )
    await expectSame()
    expect(shipped((agent as Agent).sink)[0]?.resource).toMatchObject({
      '.k8s.namespace.name': { stringValue: 'default' },
      '.k8s.pod.name': { stringValue: 'shop-7f9c' },
      '.k8s.container.name': { stringValue: 'shop' },
    })
  })
})

describe.runIf(collector && isJournaldHere)('a line in the journal', () => {
  let journal: Journal | undefined
  afterEach(async () => journal?.stop())

  it('is the record that OTLP would have brought; others keep their unit and priority', async () => {
    journal = await startJournal()
    await journal.write([...lines, '<3>a plain line'])
    const directory = journal.directory
    await start('journal', () => ({
      LOG_SOURCES: '[journald]',
      JOURNAL_DIRECTORY: directory,
    }))
    await expectSame()
    const plain = shipped((agent as Agent).sink).find(
      ({ record }) => JSON.stringify(record.body) === '{"stringValue":"a plain line"}',
    )
    expect(plain?.record).toMatchObject({ severityNumber: 17, severityText: 'ERROR' })
  })
})

describe.runIf(collector)('what is not ours', () => {
  it('stays as it is, with the lines of a stack in one', async () => {
    const stack = 'Error: boom\n    at first (file.ts:1:1)\n    at second (file.ts:2:2)'
    const panic = 'thread main panicked\n\tat lib.rs:1'
    const { agent } = await start('plain', ofFiles, {
      'app.log': `plain\n${stack}\n${lines[0]}\n${panic}\nlast\n`,
    })
    await expect.poll(() => bodies(agent.sink), soon).toContain('last')
    const others = shipped(agent.sink).filter((one) => !isOurs(one))
    expect(others.map(({ record }) => record.body)).toEqual(
      ['plain', stack, panic, 'last'].map((stringValue) => ({ stringValue })),
    )
    expect(Object.keys(others[0]?.record.attributes ?? {})).toEqual(['.log.file.path'])
    expect(others[0]?.resource).toEqual({ '.service.name': { stringValue: 'unknown_service' } })
  })

  it('joins an indented line behind one of ours to a plain one just before, or to none', async () => {
    const [ours = ''] = lines
    const { at, agent } = await start('indented', ofFiles, {
      'app.log': `plain\n${ours}\n  indented\n`,
    })
    const others = () =>
      shipped(agent.sink)
        .filter((one) => !isOurs(one))
        .map(({ record }) => (record.body as { stringValue?: string }).stringValue)
    await expect.poll(others, soon).toEqual(['plain\n  indented'])
    appendFileSync(join(at, 'app.log'), `${ours}\n  alone\n`)
    await expect.poll(others, soon).toEqual(['plain\n  indented', '  alone'])
  })

  it('is two records when its line comes in two halves, one after the other was sent', async () => {
    const { at, agent } = await start('halves', ofFiles, { 'app.log': 'one' })
    await expect.poll(() => bodies(agent.sink), soon).toEqual(['one'])
    appendFileSync(join(at, 'app.log'), 'other\n')
    await expect.poll(() => bodies(agent.sink), soon).toEqual(['one', 'other'])
  })

  const [OURS = ''] = [
    '{"timestamp":"2026-11-21T08:30:15.042Z","level":"info","severity_number":9,"message":"m","logger":"app","service.name":"s"}',
  ]
  const LOOK_ALIKES: readonly (readonly [string, string])[] = [
    ['a logger that is no text', OURS.replace('"app"', '{"a":1}')],
    ['a service that is no text', OURS.replace('"s"}', '7}')],
    ['no service', OURS.replace(',"service.name":"s"', '')],
    ['a time that comes twice', OURS.replace('}', ',"timestamp":5}')],
    ['a severity that comes twice', OURS.replace('}', ',"severity_number":"9"}')],
    ['a severity of 25', OURS.replace(':9', ':25')],
    ['a level of nobody', OURS.replace('"info"', '"loud"')],
    ['a trace that is no id', OURS.replace('}', ',"trace_id":"zz"}')],
    ['a trace that is a list', OURS.replace('}', ',"trace_id":[1]}')],
    ['a span that is too long', OURS.replace('}', `,"span_id":"${'a'.repeat(32)}"}`)],
    ['flags of many bytes', OURS.replace('}', ',"trace_flags":"0101"}')],
    ['half of a line', OURS.slice(0, -20)],
    ['two in one', OURS + OURS],
    ['another order', `{"level":"info",${OURS.slice(1)}`],
    ['a list', `[${OURS}]`],
    ['a number of 10,000 digits', OURS.replace('}', `,"n":${'9'.repeat(10_000)}}`)],
    ['100,000 brackets', OURS.replace('}', `,"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)],
  ]

  it.each(LOOK_ALIKES)('is left whole: %s', async (name, line) => {
    const { agent } = await start(`like ${name}`.replaceAll(/\W/g, '-'), ofFiles, {
      'app.log': `${line}\n${OURS}\n`,
    })
    await expect.poll(() => bodies(agent.sink), soon).toContain('m')
    await expect.poll(() => bodies(agent.sink), soon).toContain(line)
    const found = shipped(agent.sink).find(
      ({ record }) => (record.body as { stringValue?: string }).stringValue === line,
    )
    expect(found?.scope).toBe('')
  })

  it('neither stops nor fills the agent: a megabyte, bytes that are no text, no end of line', async () => {
    const hostile = Buffer.concat([
      Buffer.from('A'.repeat(1_000_000)),
      Buffer.from('\n'),
      Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0x00, 0x1b, 0x0a]),
      Buffer.from(`${OURS.replace('}', ',"__proto__":{"a":1},"constructor":2}')}\n`),
      Buffer.from(`${' at nowhere\n'.repeat(50_000)}`),
      Buffer.from(`${OURS.replace('"m"', '"after all"')}\n`),
      Buffer.from('B'.repeat(5_000_000)),
    ])
    const { agent } = await start('hostile', ofFiles, { 'app.log': hostile })
    await expect.poll(() => bodies(agent.sink), soon).toContain('after all')
    await expect.poll(() => bodies(agent.sink).join('').match(/B+/)?.[0].length, soon).toBeDefined()
    for (const body of bodies(agent.sink)) expect(body.length).toBeLessThanOrEqual(2 * 262_144)
    const ours = shipped(agent.sink).filter(isOurs)
    expect(ours.map(({ record }) => record.attributes)).toEqual([
      { '.__proto__': { '.a': { intValue: '1' } }, '.constructor': { intValue: '2' } },
      {},
    ])
    expect(agent.memoryBytes()).toBeLessThan(500 * 2 ** 20)
  })
})

describe.runIf(collector)('the agent', () => {
  const OURS = (message: string): string =>
    `{"timestamp":"2026-11-21T08:30:15.042Z","level":"info","severity_number":9,"message":"${message}","logger":"app","service.name":"s"}\n`

  it('goes on where it was after a restart, and sends nothing twice', async () => {
    const { at, agent } = await start('restart', ofFiles, { 'app.log': OURS('first') })
    await expect.poll(() => bodies(agent.sink), soon).toEqual(['first'])
    await agent.restart(async () => appendFileSync(join(at, 'app.log'), OURS('meanwhile')))
    appendFileSync(join(at, 'app.log'), OURS('afterwards'))
    await expect.poll(() => bodies(agent.sink), soon).toEqual(['first', 'meanwhile', 'afterwards'])
  })

  it('reads files to their end that are renamed, and new ones of their name', async () => {
    const { at, agent } = await start('rename', ofFiles, { 'app.log': OURS('one') })
    await expect.poll(() => bodies(agent.sink), soon).toEqual(['one'])
    appendFileSync(join(at, 'app.log'), OURS('two'))
    renameSync(join(at, 'app.log'), join(at, 'app.log.1'))
    writeFileSync(join(at, 'app.log'), OURS('three'))
    await expect.poll(() => bodies(agent.sink).toSorted(), soon).toEqual(['one', 'three', 'two'])
  })

  it('reads to its end, and once, what a process goes on to write into a renamed file', async () => {
    const { at, agent } = await start('rotated', ofFiles, { 'app.log': OURS('0') })
    await expect.poll(() => bodies(agent.sink), soon).toEqual(['0'])
    // As a process has it that was not told to open its file anew.
    const file = openSync(join(at, 'app.log'), 'a')
    renameSync(join(at, 'app.log'), join(at, 'app.log.1'))
    writeFileSync(join(at, 'app.log'), OURS('new'))
    writeFileSync(join(at, 'app.log.2.gz'), gzipSync(OURS('packed')))
    for (let i = 1; i < 50; i++) {
      writeSync(file, OURS(`${i}`))
      await setTimeout(20)
    }
    closeSync(file)
    renameSync(join(at, 'app.log.1'), join(at, 'app.log.2'))
    const expected = ['new', ...Array.from({ length: 50 }, (_, i) => `${i}`)].toSorted()
    await expect.poll(() => bodies(agent.sink).toSorted(), soon).toEqual(expected)
    await agent.restart(async () => appendFileSync(join(at, 'app.log'), OURS('last')))
    await expect
      .poll(() => bodies(agent.sink).toSorted(), soon)
      .toEqual([...expected, 'last'].toSorted())
  })

  it('reads files from their beginning that are copied and emptied, whatever is in them then', async () => {
    // It knows files by their first 1000 bytes.
    const same = 'same'.repeat(400)
    const { at, agent } = await start('truncate', ofFiles, {
      'app.log': OURS(same) + OURS('other'),
    })
    await expect.poll(() => bodies(agent.sink), soon).toEqual([same, 'other'])
    copyFileSync(join(at, 'app.log'), join(at, 'app.log.1'))
    truncateSync(join(at, 'app.log'))
    appendFileSync(join(at, 'app.log'), OURS(same))
    await expect.poll(() => bodies(agent.sink), soon).toEqual([same, 'other', same])
  })

  it('leaves in its file what does not fit into its queue', async () => {
    const count = 12_000
    const { agent } = await start('full', ofFiles)
    agent.sink.respond = () => ({ status: 503 })
    const all = Array.from({ length: count }, (_, i) => OURS(`${i}`)).join('')
    writeFileSync(join(folder, 'full/app.log'), all)
    // More than it has senders: these are further attempts, and the queue is full since long.
    await expect.poll(() => agent.sink.requests.length, soon).toBeGreaterThan(12)
    agent.sink.respond = () => ({})
    const taken = (): string[] => agent.sink.logRecords().map(({ body }) => String(body))
    await expect.poll(() => taken().length, { timeout: 120_000, interval: 1000 }).toBe(count)
    expect(new Set(taken()).size).toBe(count)
  })

  it('keeps what nobody takes until somebody does', async () => {
    const { agent } = await start('refused', ofFiles)
    agent.sink.respond = () => ({ status: 503 })
    writeFileSync(join(folder, 'refused/app.log'), OURS('patience'))
    await expect.poll(() => agent.sink.requests.length, soon).toBeGreaterThan(0)
    await agent.restart()
    agent.sink.respond = () => ({})
    const taken = (): string[] => agent.sink.logRecords().map(({ body }) => String(body))
    await expect.poll(taken, soon).toEqual(['patience'])
  })
})
