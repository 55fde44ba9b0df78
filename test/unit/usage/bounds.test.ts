import { ROOT_CONTEXT } from '@opentelemetry/api'
import { expect, it, vi } from 'vitest'
import type { Scope } from '../../../src/telemetry/scope.ts'
import { Finder } from '../../../src/usage/findings.ts'
import { Labels } from '../../../src/usage/labels.ts'
import { Ledger } from '../../../src/usage/ledger.ts'
import { Tallies } from '../../../src/usage/tallies.ts'
import { type Told, telling } from '../../../src/usage/tell.ts'

const call = (name: string) => ({ name, attributes: {} })

it('a hundred kinds of calls are told apart, and the rest are other calls', () => {
  const tallies = new Tallies()
  for (let i = 0; i < 1000; i++) {
    tallies.answered(call(`get ${i}`), { kvReads: 1 })
  }
  expect(tallies.largest('kvReads')[0]).toEqual({ name: 'other calls', count: 0, used: 900 })
})

it('of the calls that used a budget up, the five largest are named', () => {
  const tallies = new Tallies()
  for (let i = 0; i < 50; i++) {
    tallies.answered(call(`get ${i}`), { kvReads: i })
  }
  expect(tallies.largest('kvReads').map(({ used }) => used)).toEqual([49, 48, 47, 46, 45])
})

const owner = (name: string) =>
  ({ described: { name, attributes: {} }, span: { addEvent: () => {} } }) as unknown as Scope
const ledger = () => new Ledger({ count() {}, late() {}, event() {} })

it('a statement of any length is cut in its finding', () => {
  const told: Told[] = []
  const finder = new Finder({ repeats: 1 }, (_owner, _ledger, each) => void told.push(each))
  const statement = 'x'.repeat(100_000)
  finder.called(
    owner('a'),
    ledger(),
    { name: 'SELECT', statement, count: 1, used: {} },
    call('SELECT'),
    ROOT_CONTEXT,
  )
  expect(told[0]?.more['db.query.text']).toHaveLength(1024)
})

it('of a thousand attribute sets each is one object, and more make them new', () => {
  const labels = new Labels('b')
  const by = { a: 1 }
  const first = labels.with(by, '0')
  expect(first).toEqual({ a: 1, b: '0' })
  for (let i = 1; i < 1000; i++) {
    labels.with(by, String(i))
  }
  expect(labels.with(by, '0')).toBe(first)
  labels.with(by, 'one more')
  expect(labels.with(by, '0')).not.toBe(first)
})

it('a thousand kinds of lines are remembered, and more make them new', () => {
  const written = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const tell = telling()
  const say = (route: string) =>
    tell(
      owner(route),
      ledger(),
      { name: 'a', key: 'a', message: 'said', counted: {}, more: {} },
      ROOT_CONTEXT,
    )
  for (let i = 0; i < 1000; i++) {
    say(`cron ${i}`)
  }
  const before = written.mock.calls.length
  say('cron 0')
  expect(written.mock.calls.length).toBe(before)
  say('cron 1000')
  say('cron 0')
  expect(written.mock.calls.length).toBe(before + 2)
})
