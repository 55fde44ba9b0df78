import type { Alert } from '../../../monitoring/prometheus/source/rule.ts'
import type { Line } from '../game-day/samples.ts'

/** For how long an alert fired, in minutes of the month. */
export interface Firing {
  readonly alert: string
  readonly severity: Alert['severity']
  readonly service: string
  readonly environment: string
  readonly beginMinute: number
  readonly endMinute: number
}

/** What Prometheus makes of an expression's values: it fires when they have been there for so many minutes. */
export const firingsOf = (
  alert: Alert,
  line: Line,
  minuteOf: (atMs: number) => number,
): Firing[] => {
  const minutes = line.samples.map(({ atMs }) => minuteOf(atMs)).sort((a, b) => a - b)
  const labels = { ...line.labels, ...alert.labels }
  const found: Firing[] = []
  let begin = minutes[0] ?? 0
  minutes.forEach((minute, at) => {
    if (minutes[at + 1] === minute + 1) return
    const fires = begin + alert.forMinutes
    if (minute >= fires) {
      found.push({
        alert: alert.name,
        severity: alert.severity,
        service: labels[alert.service ?? 'job'] ?? '',
        environment: labels.deployment_environment_name ?? 'production',
        beginMinute: fires,
        endMinute: minute + 1,
      })
    }
    begin = minutes[at + 1] ?? minute
  })
  return found
}

/** One message about a service, however many alerts say so. */
export interface Told {
  readonly service: string
  readonly environment: string
  readonly alerts: readonly string[]
  readonly beginMinute: number
  readonly endMinute: number
}

/** Firing alerts as Alertmanager groups them: what begins before the rest has ended is no other message. */
export const grouped = (firings: readonly Firing[], waitMinutes: number): Told[] => {
  const told: Told[] = []
  const byGroup = Map.groupBy(firings, ({ service, environment }) => `${service} ${environment}`)
  for (const all of byGroup.values()) {
    let last: Told | undefined
    for (const each of all.toSorted((a, b) => a.beginMinute - b.beginMinute)) {
      const { service, environment, alert, beginMinute, endMinute } = each
      if (last && beginMinute <= last.endMinute + waitMinutes) {
        last = {
          ...last,
          alerts: [...new Set([...last.alerts, alert])],
          endMinute: Math.max(last.endMinute, endMinute),
        }
        told[told.length - 1] = last
      } else {
        last = { service, environment, alerts: [alert], beginMinute, endMinute }
        told.push(last)
      }
    }
  }
  return told.sort((a, b) => a.beginMinute - b.beginMinute)
}
