import { setTimeout as sleep } from 'node:timers/promises'
import type { Ports } from '../ports.ts'
import { type Alertmanager, type Attempts, alertmanagerAt } from './alertmanager.ts'
import { testAlerts, type Wanted } from './alerts.ts'
import type { Receiver } from './routes.ts'

/** How long Alertmanager may take beyond what its routes wait for. */
const PATIENCE_MS = 30_000
/** How long the others have, once an attempt has failed: Alertmanager tries again for minutes. */
const FAILED_MS = 5000
/** When a test alert ends by itself, in case that this program does not live to end it. */
const LEFT_ALONE_MS = 600_000

/** What became of the messages of one kind, such as `slack`. */
export interface Told {
  readonly integration: string
  readonly expected: number
  readonly sent: number
  readonly failed: number
}

/** What became of test alerts. */
export interface TestOutcome {
  /** Names of receivers by the alert's service; none if Alertmanager routed it to nobody. */
  readonly routed: ReadonlyMap<string, readonly string[]>
  readonly told: readonly Told[]
  /** Receivers that are told at certain times only. */
  readonly timed: readonly Receiver[]
}

const told = (expected: ReadonlyMap<string, number>, before: Attempts, after: Attempts): Told[] =>
  [...expected].map(([integration, count]) => {
    const since = { all: 0, failed: 0, ...before.get(integration) }
    const now = { all: 0, failed: 0, ...after.get(integration) }
    const failed = now.failed - since.failed
    return { integration, expected: count, sent: now.all - since.all - failed, failed }
  })

/** Waits until Alertmanager has each of the alerts: it answers before it has routed them. */
async function routedOf(
  alertmanager: Alertmanager,
  services: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const untilMs = Date.now() + PATIENCE_MS
  for (;;) {
    const routed = await alertmanager.routed()
    if (services.every((service) => routed.get(service)?.length)) return routed
    if (Date.now() > untilMs) return routed
    await sleep(200)
  }
}

/** Waits until everything was sent, or something failed and the others had their time, or the time is up. */
async function outcomeOf(
  alertmanager: Alertmanager,
  expected: ReadonlyMap<string, number>,
  before: Attempts,
  waitMs: number,
): Promise<Told[]> {
  const untilMs = Date.now() + waitMs + PATIENCE_MS
  let firstFailureMs = Number.POSITIVE_INFINITY
  for (;;) {
    const now = told(expected, before, await alertmanager.attempts())
    if (now.every(({ sent, expected }) => sent >= expected)) return now
    if (now.some(({ failed }) => failed > 0)) {
      firstFailureMs = Math.min(firstFailureMs, Date.now())
    }
    if (Date.now() > Math.min(untilMs, firstFailureMs + waitMs + FAILED_MS)) return now
    await sleep(250)
  }
}

/**
 * Puts test alerts into a running Alertmanager, waits for what becomes of them, and ends them.
 *
 * @throws Error if no Alertmanager answers, or it does not take them.
 */
export async function tryAlerts(url: string, wanted: Wanted): Promise<TestOutcome> {
  const alertmanager = alertmanagerAt(url)
  const all = await alertmanager.receivers()
  const alerts = testAlerts(wanted, Date.now())
  const before = await alertmanager.attempts()
  await alertmanager.put(alerts, Date.now() + LEFT_ALONE_MS)
  try {
    const services = alerts.map(({ labels }) => labels.service ?? '')
    const found = await routedOf(alertmanager, services)
    const routed = new Map(services.map((service) => [service, found.get(service) ?? []]))
    const receivers = [...routed.values()].flat().flatMap((name) => {
      const receiver = all.find((each) => each.name === name)
      return receiver ? [receiver] : []
    })
    const expected = new Map<string, number>()
    for (const integration of receivers.flatMap((receiver) => receiver.integrations)) {
      expected.set(integration, (expected.get(integration) ?? 0) + 1)
    }
    const waitMs = Math.max(0, ...receivers.map((receiver) => receiver.waitMs))
    return {
      routed,
      told: await outcomeOf(alertmanager, expected, before, waitMs),
      timed: [...new Set(receivers.filter(({ intervals }) => intervals.length > 0))],
    }
  } finally {
    await alertmanager.put(alerts, Date.now())
  }
}

/** Why the outcome is not as it should be; empty if it is. */
export function faultsOf({ routed, told, timed }: TestOutcome): string[] {
  const timedKinds = new Set(timed.flatMap(({ integrations }) => integrations))
  return [
    ...[...routed]
      .filter(([, receivers]) => receivers.length === 0)
      .map(([service]) => `${service} reached no receiver`),
    ...told.flatMap(({ integration, expected, sent, failed }) => {
      if (failed > 0) return [`${failed} attempts to tell by ${integration} failed`]
      // What waits for its time has not failed.
      const isLate = sent < expected && !timedKinds.has(integration)
      return isLate ? [`${sent} of ${expected} messages were sent by ${integration}`] : []
    }),
  ]
}

const reportOf = ({ routed, told, timed }: TestOutcome): string =>
  [
    ...[...routed].map(([service, names]) => `${service.padEnd(40)} ${names.join(', ') || '–'}`),
    '',
    ...told.map(
      ({ integration, expected, sent, failed }) =>
        `${integration.padEnd(40)} ${sent} of ${expected} messages sent, ${failed} attempts failed`,
    ),
    ...timed.map(({ name, intervals }) => `${name.padEnd(40)} is told by: ${intervals.join(', ')}`),
    '',
    'The test alerts are ended: who is told of ends hears of it in a while.',
  ].join('\n')

/**
 * `npm run monitor -- --test-alert`: says what became of the test alerts.
 *
 * @throws Error if there is no Alertmanager, or somebody was not told.
 */
export async function runTestAlert(
  wanted: Wanted,
  { alertmanager }: Pick<Ports, 'alertmanager'>,
): Promise<void> {
  const outcome = await tryAlerts(`http://127.0.0.1:${alertmanager}`, wanted)
  console.log(reportOf(outcome))
  const faults = faultsOf(outcome)
  if (faults.length > 0) throw new Error(`The test has failed: ${faults.join('; ')}`)
}
