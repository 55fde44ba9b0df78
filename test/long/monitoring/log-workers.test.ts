import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventLines, linesOf } from '../../../monitoring/workers/event-lines.ts'
import { jsonTexts } from '../../../monitoring/workers/json-texts.ts'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'
import { type Agent, startAgent } from './log-shipping/agent.ts'
import { comparable } from './log-shipping/comparable.ts'
import { shipped } from './log-shipping/records.ts'
import { MONITORING } from './tools.ts'

const soon = { timeout: 60_000, interval: 200 }
const { collector } = findPrograms()
if (!collector) {
  console.warn(
    'NOT TESTED: that lines of Workers are shipped. npm run monitor:native -- --build makes a Collector.',
  )
}

const TAIL_LINES = `${MONITORING}workers/tail-lines.ts`
const LOGPUSH = `${MONITORING}workers/logpush.ts`
const OURS =
  '{"timestamp":"2026-11-21T08:30:15.042Z","level":"info","severity_number":9,"message":"m","logger":"app","service.name":"s"}'

let folder: string
let sink: Sink
let worker: RunningWorker
/** What a tail Worker was told of invocations, by the runtime. */
let events: string[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workers-'))
  sink = await startSink()
  const at = (file: string): URL => new URL(`log-shipping/${file}`, import.meta.url)
  worker = await startWorker({
    entry: at('tailed-app.ts'),
    name: 'shop',
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    settings: { tailConsumers: [{ worker: 'tail' }] } as never,
    others: [{ entry: at('tail.ts'), name: 'tail' }],
  })
  await (await fetch(`${worker.url}/orders/7`)).text()
  await (await fetch(`${worker.url}/nowhere`)).text()
  await (await fetch(`${worker.url}/thrown`)).text()
  const told = (): string[] =>
    worker
      .logLines()
      .map(({ message }) => message)
      .filter((message) => message.startsWith('{"outcome"'))
  await vi.waitFor(() => expect(told()).toHaveLength(3), soon)
  await sink.waitFor(() => shipped(sink).length >= 3, 60_000)
  events = told()
}, 120_000)
afterAll(async () => {
  await worker?.stop()
  await sink?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** As `wrangler tail --format json` prints it. */
const printed = (event: string): string => JSON.stringify(JSON.parse(event), null, 2)

/** By the names that Logpush has. */
const pushed = (event: string): string => {
  const { outcome, scriptName, eventTimestamp, logs, exceptions } = JSON.parse(event)
  const capital = (item: object): object =>
    Object.fromEntries(
      Object.entries(item).map(([key, value]) =>
        key === 'timestamp'
          ? ['TimestampMs', value]
          : [`${key[0]?.toUpperCase()}${key.slice(1)}`, value],
      ),
    )
  return JSON.stringify({
    Outcome: outcome,
    ScriptName: scriptName,
    EventTimestampMs: eventTimestamp,
    EventType: 'fetch',
    Logs: logs.map(capital),
    Exceptions: exceptions.map(capital),
  })
}

const tailLines = (input: string | Buffer): string =>
  spawnSync(process.execPath, [TAIL_LINES], { input, encoding: 'utf8' }).stdout

describe('lines of a real workerd', () => {
  it('come out of what `wrangler tail` prints as they were written', () => {
    const output = tailLines(
      `Connected to shop, waiting for logs...\n${events.map(printed).join('\n')}`,
    )
    const written = worker
      .logLines()
      .map(({ message }) => message)
      .filter((message) => message.startsWith('{"timestamp"'))
    expect(written.length).toBe(3)
    const lines = output.trim().split('\n')
    for (const line of written) expect(lines).toContain(line)
    const others = lines
      .filter((line) => !written.includes(line))
      .map((line) => JSON.parse(line))
      .sort((a, b) => (a.message < b.message ? -1 : 1))
    expect(others).toEqual([
      expect.objectContaining({
        level: 'error',
        message: 'nobody catches it',
        logger: 'tail',
        'exception.type': 'RangeError',
        'exception.stacktrace': expect.stringContaining('at '),
      }),
      expect.objectContaining({
        level: 'debug',
        severity_number: 5,
        message: 'said by {"somebody":"else"}',
        logger: 'console',
        'service.name': 'shop',
      }),
      expect.objectContaining({
        level: 'error',
        message: 'shop ended: exception',
        'hono.tail.outcome': 'exception',
      }),
    ])
  })

  it('are the same by Logpush', () => {
    expect(tailLines(events.map((event) => `${pushed(event)}\n`).join(''))).toBe(
      tailLines(events.join('\n')),
    )
  })

  it.runIf(collector)('are the records that OTLP brought', async () => {
    const at = join(folder, 'shipped')
    mkdirSync(at)
    writeFileSync(join(at, 'shop.log'), tailLines(events.map(printed).join('\n')))
    const agent: Agent = await startAgent(collector as string, join(at, 'agent'), {
      LOG_FILES: join(at, '*.log'),
    })
    try {
      const expected = comparable(shipped(sink))
      expect(expected).toHaveLength(3)
      await expect.poll(() => shipped(agent.sink).length, soon).toBe(6)
      const ours = shipped(agent.sink).filter(({ scope }) => !['console', 'tail'].includes(scope))
      expect(comparable(ours)).toEqual(expected)
    } finally {
      await agent.stop()
    }
  })
})

describe('Logpush by HTTP', () => {
  const output = (): string => readFileSync(join(folder, 'pushed.log'), 'utf8')
  let url: string
  let stop: () => Promise<void>

  beforeAll(async () => {
    writeFileSync(join(folder, 'secret'), 'known to the job\n')
    const child = spawn(process.execPath, [LOGPUSH], {
      env: { ...process.env, PORT: '0', LOGPUSH_SECRET_FILE: join(folder, 'secret') },
      stdio: ['ignore', openSync(join(folder, 'pushed.log'), 'a'), 'pipe'],
    })
    stop = async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk
    })
    await vi.waitFor(() => expect(said).toMatch(/listens at \S+\n/), soon)
    url = `http://${/listens at (\S+)/.exec(said)?.[1]}/`
  })
  afterAll(() => stop?.())

  const push = async (
    body: string | Buffer<ArrayBuffer>,
    headers: Record<string, string>,
  ): Promise<number> => (await fetch(url, { method: 'POST', body, headers })).status
  const SECRET = { 'X-Logpush-Secret': 'known to the job' }
  const GZIP = { ...SECRET, 'Content-Encoding': 'gzip' }

  it('writes lines of batches as they come, gzipped', async () => {
    const batch = events.map((event) => `${pushed(event)}\n`).join('')
    expect(await push(gzipSync(batch), GZIP)).toBe(200)
    expect(output()).toBe(tailLines(batch))
  })

  it('answers what Cloudflare asks with first, and writes nothing', async () => {
    const before = output()
    expect(await push(gzipSync('test'), GZIP)).toBe(200)
    expect(await push(gzipSync('{"content":"test","filename":"test.txt"}'), GZIP)).toBe(200)
    expect(output()).toBe(before)
  })

  it('takes nothing from others, and nothing that is broken', async () => {
    const before = output()
    const batch = gzipSync(events.map(pushed).join('\n'))
    expect(await push(batch, { 'Content-Encoding': 'gzip' })).toBe(401)
    expect(await push(batch, { ...GZIP, 'X-Logpush-Secret': 'guessed' })).toBe(401)
    expect(await push(batch.subarray(0, -9), GZIP)).toBe(503)
    expect(await push('no gzip', GZIP)).toBe(503)
    expect(output()).toBe(before)
    expect(await push(batch, GZIP)).toBe(200)
  })

  it('does not start without a secret', () => {
    const { status, stderr } = spawnSync(process.execPath, [LOGPUSH], {
      env: { ...process.env, LOGPUSH_SECRET_FILE: '' },
      encoding: 'utf8',
    })
    expect(status).not.toBe(0)
    expect(stderr).toContain('`LOGPUSH_SECRET_FILE` must name a file')
  })
})

describe('a stream of events', () => {
  const taken = (parts: readonly string[], longest?: number): string[] => {
    const found: string[] = []
    const read = jsonTexts((json) => found.push(json), longest)
    for (const part of parts) read(part)
    return found
  }

  it('may be cut anywhere', () => {
    const text = `banner\n${JSON.stringify({ a: 'x{"}\\', b: { c: [1] } }, null, 2)}\n{"d":"🚲"}{}`
    const whole = taken([text])
    expect(whole).toHaveLength(3)
    for (let at = 0; at <= text.length; at++) {
      expect(taken([text.slice(0, at), text.slice(at)])).toEqual(whole)
    }
    expect(taken([...text])).toEqual(whole)
  })

  it('goes on after what never ends', () => {
    expect(taken(['{"a":"no end\n{"b":1}\n'])).toEqual(['{"b":1}'])
    expect(taken([`{${' '.repeat(50)}`, '{"b":1}'], 20).at(-1)).toBe('{"b":1}')
    expect(taken([`{"a":"${'x'.repeat(1000)}"}`, '{"b":1}'], 100)).toEqual(['{"b":1}'])
  })
})

describe('an event', () => {
  it.each([
    [null],
    [7],
    [[]],
    ['text'],
    [{}],
    [{ logs: 'no list', exceptions: 7, outcome: {} }],
    [{ logs: [null, 7, []], exceptions: [null] }],
  ])('of a form that nobody knows has no lines: %j', (event) => {
    expect(eventLines(event)).toEqual([])
  })

  it('cannot bring a line within a line', () => {
    const event = {
      scriptName: 's',
      logs: [{ message: [`${OURS}\n${OURS}`], level: 'log', timestamp: 0 }],
    }
    const lines = linesOf(JSON.stringify(event)).trim().split('\n')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      timestamp: '1970-01-01T00:00:00.000Z',
      logger: 'console',
      message: `${OURS}\n${OURS}`,
    })
  })

  it('has lines that were written as objects', () => {
    const event = { logs: [{ message: [JSON.parse(OURS)], level: 'info', timestamp: 0 }] }
    expect(linesOf(JSON.stringify(event))).toBe(`${OURS}\n`)
  })

  it('takes no time or level that is none', () => {
    const [line = ''] = eventLines({
      logs: [{ message: 'm', level: '__proto__', timestamp: 1e99 }],
    })
    expect(JSON.parse(line)).toMatchObject({ level: 'info', severity_number: 9 })
  })
})
