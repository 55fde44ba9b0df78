import type { TestAlert } from './alerts.ts'
import { type Receiver, receiversOf } from './routes.ts'

/** By kind of receiver, such as `slack`: how often it was asked to tell somebody, and how often that failed. */
export type Attempts = ReadonlyMap<string, { readonly all: number; readonly failed: number }>

/** A running Alertmanager, by its API v2 and its own metrics. */
export interface Alertmanager {
  /** Puts alerts there, or ends them. */
  put(alerts: readonly TestAlert[], endsAtMs: number): Promise<void>
  /** Names of the receivers of each test alert that it has, by the alert's service. */
  routed(): Promise<ReadonlyMap<string, readonly string[]>>
  receivers(): Promise<Receiver[]>
  attempts(): Promise<Attempts>
}

/** An answer in JSON; of whoever else it is, an empty one. */
const read = <T>(text: string): Partial<T> => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** Sums of a counter of Prometheus' text format by `integration`: newer versions have further labels. */
const byIntegration = (text: string, name: string): Map<string, number> => {
  const sums = new Map<string, number>()
  for (const [, labels = '', value] of text.matchAll(
    new RegExp(`^${name}\\{([^}]*)\\} (\\S+)$`, 'gm'),
  )) {
    const [, integration = ''] = /\bintegration="([^"]*)"/.exec(labels) ?? []
    sums.set(integration, (sums.get(integration) ?? 0) + Number(value))
  }
  return sums
}

/** The Alertmanager that listens at `url`. Every call throws an Error that says what it answered, or that it did not. */
export function alertmanagerAt(url: string): Alertmanager {
  const ask = async (path: string, body?: object): Promise<string> => {
    const response = await fetch(`${url}${path}`, {
      signal: AbortSignal.timeout(10_000),
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    }).catch((error: unknown) => {
      throw new Error(
        `Cannot test alerts: no Alertmanager answers at ${url}. ` +
          'Start it with `npm run monitor`, or name its port: --port alertmanager=<number>',
        { cause: error },
      )
    })
    const text = await response.text()
    if (!response.ok) {
      throw new Error(
        `Cannot test alerts: ${url}${path} answered ${response.status}: ${text.slice(0, 300)}`,
      )
    }
    return text
  }
  return {
    async put(alerts, endsAtMs) {
      const endsAt = new Date(endsAtMs).toISOString()
      await ask(
        '/api/v2/alerts',
        alerts.map((alert) => ({ ...alert, endsAt })),
      )
    },
    async routed() {
      const filter = new URLSearchParams({ filter: 'alertname="TestAlert"' })
      const alerts = JSON.parse(await ask(`/api/v2/alerts?${filter}`)) as {
        labels: { service?: string }
        receivers: { name: string }[]
      }[]
      return new Map(
        alerts.map(({ labels, receivers }) => [
          labels.service ?? '',
          receivers.map(({ name }) => name),
        ]),
      )
    },
    async receivers() {
      const { config } = read<{ config?: { original: string } }>(await ask('/api/v2/status'))
      if (!config) throw new Error(`Cannot test alerts: what answers at ${url} is no Alertmanager`)
      return receiversOf(config.original)
    },
    async attempts() {
      const text = await ask('/metrics')
      const failed = byIntegration(text, 'alertmanager_notification_requests_failed_total')
      const all = byIntegration(text, 'alertmanager_notification_requests_total')
      return new Map(
        [...all].map(([name, count]) => [name, { all: count, failed: failed.get(name) ?? 0 }]),
      )
    },
  }
}
