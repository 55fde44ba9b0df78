import { expect } from 'vitest'
import { accountOf, sumOf, uncounted } from './account.ts'
import type { Outcome } from './run.ts'
import type { Scenario } from './scenario.ts'

const MAX_HEAP_GROWTH_BYTES = 1_000_000
/** The process gives back late, or not at all, what a collected heap has taken. */
const MAX_RESIDENT_GROWTH_BYTES = 64_000_000

/** What must be true whatever a receiver does, and what the scenario promises beyond it. */
export function expectAsPromised(scenario: Scenario, outcome: Outcome): void {
  expectAppUnaffected(outcome)
  expectRecords(scenario, outcome, 'spans', 'traces')
  expectRecords(scenario, outcome, 'logs', 'logs')
  expectMetrics(scenario, outcome)
  // At any moment, not only in the end.
  for (const signal of Object.values(outcome.stateWhileFailing.signals)) {
    const { recorded, exported, dropped, queued } = signal
    expect(exported + sumOf(dropped) + queued).toBe(recorded)
  }
}

function expectAppUnaffected(outcome: Outcome): void {
  expect(outcome.differing).toEqual([])
  expect(outcome.latency).toMatchObject({ isWithinBounds: true })
  expect(outcome.heapGrowthBytes).toBeLessThan(MAX_HEAP_GROWTH_BYTES)
  expect(outcome.residentGrowthBytes).toBeLessThan(MAX_RESIDENT_GROWTH_BYTES)
}

function expectRecords(
  { delivered = 'all', repeats = false, lost = [] }: Scenario,
  outcome: Outcome,
  records: 'spans' | 'logs',
  signal: 'traces' | 'logs',
): void {
  const account = accountOf(outcome, records)
  const { recorded, exported, queued, dropped } = outcome.state.signals[signal] ?? {}
  expect(account, records).toMatchObject({ delivered, unknown: [] })
  expect(account.repeated > 0, `${records} repeated`).toBe(repeats)
  // Which of several possible reasons are met depends on when batches happen to be sent.
  for (const reason in dropped) expect(lost, records).toContain(reason)
  expect(sumOf(dropped) > 0, `${records} dropped`).toBe(lost.length > 0)
  // Each loss is counted, and nothing else is.
  expect(sumOf(dropped), `${records} dropped`).toBe(account.missing)
  expect([exported, queued], records).toEqual([Number(recorded) - account.missing, 0])
}

function expectMetrics(
  { lost = [], lostPoints = lost, wire = 'open', endpoint }: Scenario,
  outcome: Outcome,
): void {
  const { recorded, exported, queued, dropped } = outcome.state.signals.metrics ?? {}
  for (const reason in dropped) expect(lostPoints).toContain(reason)
  expect(sumOf(dropped) > 0, 'points dropped').toBe(lostPoints.length > 0)
  expect([exported, queued], 'points').toEqual([Number(recorded) - sumOf(dropped), 0])
  // No request is ever counted twice, and what is not counted was in the collections that are counted as dropped.
  expect(uncounted(outcome), 'requests not counted').toBeGreaterThanOrEqual(0)
  if (wire === 'open' && !endpoint) {
    expect(uncounted(outcome), 'requests not counted').toBe(outcome.ledger.countedInVain)
  }
  if (lostPoints.length === 0) expect(uncounted(outcome), 'requests not counted').toBe(0)
}
