import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  accepted,
  type Expectation,
  PARENT_ID,
  SAMPLED,
  shortcomings,
  TRACE_ID,
} from '../../support/trace-context-cases.ts'
import {
  type Callback,
  startTraceContextHarness,
  type TraceContextHarness,
} from '../../support/trace-context-harness.ts'

type Instruction = { url: string; arguments: unknown }[]

/** What the service under test does with an instruction. A rejection answers 500. */
type Behaviour = (actions: Instruction, incoming: IncomingMessage) => Promise<void>

const child = `00-${TRACE_ID}-aaaaaaaaaaaaaaaa-01`

let service: Server
let harness: TraceContextHarness
let behaviour: Behaviour

beforeEach(async () => {
  service = createServer(async (incoming, response) => {
    const actions = JSON.parse(Buffer.concat(await incoming.toArray()).toString())
    await behaviour(actions, incoming).catch(() => response.writeHead(500))
    response.end()
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const { port } = service.address() as AddressInfo
  harness = await startTraceContextHarness(`http://127.0.0.1:${port}/trace-context`)
})

afterEach(async () => {
  await harness.close()
  service.close()
  service.closeAllConnections()
})

async function callBack(url: string, headers: Record<string, string>): Promise<void> {
  await fetch(url, { method: 'POST', body: '[]', headers })
}

describe('the harness', () => {
  it('sends headers as they are: repeated, in their case, with outer whitespace', async () => {
    let sent = ''
    service.on('connection', (socket) => socket.on('data', (chunk) => (sent += chunk)))
    behaviour = async ([action]) => callBack(action?.url ?? '', { traceparent: child })
    await harness.propagate([
      ['TraceParent', `\t${SAMPLED} `],
      ['traceparent', SAMPLED],
      ['tracestate', ''],
    ])
    expect(sent).toContain(
      `\r\nTraceParent: \t${SAMPLED} \r\ntraceparent: ${SAMPLED}\r\ntracestate: \r\n`,
    )
  })

  it('collects one callback for each that it asked for, in order', async () => {
    behaviour = async (actions) => {
      for (const [index, { url }] of [...actions.entries()].toReversed()) {
        await callBack(url, { traceparent: child, tracestate: `index=${index}` })
      }
    }
    const callbacks = await harness.propagate([['traceparent', SAMPLED]], 3)
    expect(callbacks.map(({ tracestate }) => tracestate.get('index'))).toEqual(['0', '1', '2'])
    expect(callbacks[0]?.traceparent).toEqual({
      traceId: TRACE_ID,
      parentId: 'aaaaaaaaaaaaaaaa',
      flags: 1,
    })
  })

  it('rejects when the service does not call back', async () => {
    behaviour = async () => {}
    await expect(harness.propagate([])).rejects.toThrow('it must call back at /callback/0.0')
  })

  it('rejects when the service fails', async () => {
    behaviour = async () => {
      throw new Error('broken')
    }
    await expect(harness.propagate([])).rejects.toThrow('it must answer 2xx, received 500')
  })

  it('rejects when a callback has no valid traceparent', async () => {
    behaviour = async ([action]) => callBack(action?.url ?? '', {})
    await expect(harness.propagate([])).rejects.toThrow('it must have one traceparent')
  })
})

describe('shortcomings', () => {
  const { expect: continues } = accepted(SAMPLED)
  const good: Callback = {
    headers: [],
    traceparent: { traceId: TRACE_ID, parentId: 'aaaaaaaaaaaaaaaa', flags: 1 },
    tracestate: new Map([
      ['foo', '1'],
      ['bar', '2'],
    ]),
  }

  it.each<[Expectation]>([
    [continues],
    [{ restarts: ['4bf92f3577b34da6a3ce929d0e0e4736'] }],
    [{ has: { foo: '1' }, lacks: ['baz'], order: ['foo', 'bar'], members: 2 }],
    [{ flagsSet: 1, flagsClear: 0xfe }],
  ])('are none when the callback meets %j', (expected) => {
    expect(shortcomings([good], expected)).toEqual([])
  })

  it.each<[string, Expectation]>([
    ['trace id 12345678901234567890123456789012 is new', { continues: 'f'.repeat(32) }],
    ['trace id 12345678901234567890123456789012 was taken over', { restarts: [TRACE_ID] }],
    ['tracestate foo is 1', { has: { foo: '2' } }],
    ['tracestate baz is undefined', { has: { baz: '3' } }],
    ['tracestate has foo', { lacks: ['foo'] }],
    ['order is foo,bar', { order: ['bar', 'foo'] }],
    ['tracestate has 2 members', { members: 1 }],
    ['flags are 1', { flagsSet: 2 }],
    ['flags are 1', { flagsClear: 1 }],
  ])('say that %s', (problem, expected) => {
    expect(shortcomings([good], expected)).toEqual([problem])
  })

  it('say that the parent id was passed on', () => {
    const passedOn = { ...good, traceparent: { ...good.traceparent, parentId: PARENT_ID } }
    expect(shortcomings([passedOn], continues)).toEqual(['the parent id was passed on'])
  })

  it('say that callbacks share a parent id', () => {
    expect(shortcomings([good, good], continues)).toEqual(['callbacks share a parent id'])
  })
})
