import { describe, expect, it } from 'vitest'
import { Store } from '../../../src/aggregator/store.ts'
import type { MetricData } from '../../../src/metrics/data.ts'
import {
  exponential,
  exponentialPoint,
  gauge,
  histogram,
  histogramPoint,
  NOW_MS,
  numberPoint,
  push,
  sum,
  valuesOf,
} from './metrics.ts'
import { openSqlite, type TestStore } from './sqlite.ts'

const LIMITS = { cardinalityLimit: 2000, maxSeries: 10_000 }
const open = (sqlite: TestStore) => new Store(sqlite, LIMITS)
const shown = (store: Store) => store.ledger.collect(0, NOW_MS)

const everyKind: MetricData[] = [
  sum([numberPoint(2, { a: 'ä"\n' })]),
  gauge([numberPoint(0.1)]),
  histogram([{ ...histogramPoint([0.3, 7]), exemplars: [{ timeMs: 1, value: 7 }] }]),
  exponential([exponentialPoint([0.3, -7, 0], 3)]),
]

describe('Store', () => {
  it.each([1, 100, 256, 257, 600])('reads back what it was given in %i pushes', (pushes) => {
    const sqlite = openSqlite()
    const store = open(sqlite)
    for (let seq = 1; seq <= pushes; seq++) {
      store.push(push(everyKind, { seq, instance: `i${seq % 7}`, registered: seq > 5 }), NOW_MS)
    }
    const again = open(sqlite)
    expect(shown(again)).toEqual(shown(store))
    expect(again.ledger.facts).toEqual(store.ledger.facts)
    expect(again.push(push([], { seq: 7, instance: 'i0' }), NOW_MS).applied).toBe(pushes < 7)
  })

  it('writes one row for a push', () => {
    const sqlite = openSqlite()
    const store = open(sqlite)
    const points = Array.from({ length: 50 }, (_, i) => numberPoint(1, { i }))
    const before = sqlite.written()
    for (let seq = 1; seq <= 256; seq++) store.push(push([sum(points)], { seq }), NOW_MS)
    expect(sqlite.written() - before).toBe(256)
    // And now and then one for everything that changed.
    for (let seq = 257; seq <= 2570; seq++) store.push(push([sum(points)], { seq }), NOW_MS)
    expect(sqlite.written() - before).toBeLessThan(2570 + 10 * 60)
  })

  it('keeps the journal at its size', () => {
    const sqlite = openSqlite()
    const store = open(sqlite)
    for (let seq = 1; seq <= 1000; seq++) store.push(push(everyKind, { seq }), NOW_MS)
    const [row] = sqlite.sql.exec('SELECT count(*) AS entries FROM aggregator_journal')
    expect(row).toEqual({ entries: 256 })
  })

  it('does not repeat pushes of a finished journal', () => {
    const sqlite = openSqlite()
    const store = open(sqlite)
    // 257 fills the journal and starts the next; 258 is its first entry.
    for (let seq = 1; seq <= 258; seq++) store.push(push(everyKind, { seq }), NOW_MS)
    expect(valuesOf(shown(open(sqlite)), 'requests')).toEqual({ '{"a":"ä\\"\\n"}': 516 })
  })

  it('takes a push that is too long for a row of the journal', () => {
    const sqlite = openSqlite()
    const points = Array.from({ length: 1500 }, (_, i) => numberPoint(i, { a: 'ä'.repeat(900), i }))
    open(sqlite).push(push([sum(points)]), NOW_MS)
    const [row] = sqlite.sql.exec('SELECT count(*) AS entries FROM aggregator_journal')
    expect(row).toEqual({ entries: 0 })
    const store = open(sqlite)
    expect(store.ledger.totals.series).toBe(1501)
    expect(store.push(push([sum(points)]), NOW_MS).applied).toBe(false)
  })

  it('counts duplicates for good, without storing them again', () => {
    const sqlite = openSqlite()
    const store = open(sqlite)
    store.push(push(everyKind), NOW_MS)
    store.push(push(everyKind), NOW_MS)
    expect(shown(open(sqlite))).toEqual(shown(store))
    const lengths = [...sqlite.sql.exec('SELECT length(entry) AS length FROM aggregator_journal')]
    expect(Number(lengths[1]?.length)).toBeLessThan(Number(lengths[0]?.length) / 2)
  })

  it.each([0, 3])('stores nothing of a push that fails at statement %i', (statements) => {
    const sqlite = openSqlite()
    const store = open(sqlite)
    for (let seq = 1; seq <= 256; seq++) store.push(push([sum([numberPoint(1)])], { seq }), NOW_MS)
    sqlite.failAfter(statements)
    const next = push([sum([numberPoint(1)])], { seq: 257 })
    expect(() => store.push(next, NOW_MS)).toThrow('disk full')
    const again = open(sqlite)
    expect(valuesOf(shown(again), 'requests')).toEqual({ '{}': 256 })
    expect(again.push(next, NOW_MS).applied).toBe(true)
    expect(valuesOf(shown(open(sqlite)), 'requests')).toEqual({ '{}': 257 })
  })

  it('refuses what it could not store, and takes the rest of the push', () => {
    const sqlite = openSqlite()
    const store = open(sqlite)
    const wrong = sum([numberPoint(1, { id: 5n as unknown as number })], { name: 'wrong' })
    expect(store.push(push([wrong, ...everyKind]), NOW_MS).refused).toEqual([
      { name: 'wrong', reason: 'malformed' },
    ])
    expect(shown(open(sqlite))).toEqual(shown(store))
    expect(valuesOf(shown(store), 'temperature')).toEqual({ '{}': 0.1 })
  })

  it('stores removals', () => {
    const sqlite = openSqlite()
    const store = open(sqlite)
    store.push(push(everyKind), NOW_MS)
    store.change(({ totals }) => totals.remove(totals.keys((_, { name }) => name === 'size')))
    expect(shown(open(sqlite))).toEqual(shown(store))
    store.change((ledger) => ledger.expireInstances(NOW_MS + 1e9))
    expect(shown(open(sqlite))).toEqual(shown(store))
    store.change((ledger) => ledger.expireSeries(ledger.idleSeries(NOW_MS + 1e9), NOW_MS))
    expect(shown(open(sqlite))).toEqual(shown(store))
  })

  it('stores the end of a service', () => {
    const sqlite = openSqlite()
    const store = open(sqlite)
    store.push(push(everyKind), NOW_MS)
    store.push(push(everyKind, { seq: 2, resource: { 'service.name': 'other' } }), NOW_MS)
    expect(open(sqlite).ledger.totals.jobs).toHaveLength(2)
    store.change(({ totals }) => totals.remove(totals.keys(() => true)))
    expect([store.ledger.totals.jobs, open(sqlite).ledger.totals.jobs]).toEqual([[], []])
  })

  it('stores names of shards', () => {
    const sqlite = openSqlite()
    open(sqlite).change((ledger) => ledger.register('AMS'))
    open(sqlite).change((ledger) => ledger.register('LHR'))
    expect([...open(sqlite).ledger.names]).toEqual(['AMS', 'LHR'])
  })

  it('writes nothing for what it already knows', () => {
    const sqlite = openSqlite()
    const store = open(sqlite)
    store.change((ledger) => ledger.register('AMS'))
    const before = sqlite.written()
    store.change((ledger) => ledger.register('AMS'))
    expect(sqlite.written()).toBe(before)
  })
})
