import { boards } from '../../monitoring/grafana/source/boards.ts'
import { readLines } from './game-day/samples.ts'
import type { Ports } from './ports.ts'

const DAY_MS = 86_400_000
/** As long as metrics are kept. */
const DAYS = 30
/** Enough that no panel with data has none, few enough for a busy Prometheus. */
const STEPS = 120
/** An alert that fires for a larger share of the time tells nobody anything. */
const OFTEN = 0.1

export interface Review {
  /** Names of alerts that have not fired. */
  readonly silent: readonly string[]
  /** Shares of the time, from 0 to 1, for which an alert fired, by its name: those that fire often. */
  readonly often: ReadonlyMap<string, number>
  /** Dashboard and panel of those whose queries had no answer. */
  readonly empty: readonly string[]
}

/** The names of the alerts that a Prometheus evaluates. */
async function alertNames(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/rules?type=alert`).catch((error: unknown) => {
    throw new Error(
      `Cannot review: no Prometheus answers at ${url}. ` +
        'Start it with `npm run monitor`, or name its port: --port prometheus=<number>',
      { cause: error },
    )
  })
  if (!response.ok) throw new Error(`Cannot review: ${url} answered ${response.status}`)
  const { data } = (await response.json()) as { data: { groups: { rules: { name: string }[] }[] } }
  const names = data.groups.flatMap(({ rules }) => rules.map(({ name }) => name))
  return [...new Set(names)].filter((name) => name !== 'Watchdog').sort()
}

/** A value by alert, at one time: the greatest of its series. */
async function atEnd(url: string, endMs: number, expr: string): Promise<Map<string, number>> {
  const query = `max by (alertname) (${expr})`
  const lines = await readLines(url, { query, startMs: endMs, endMs, stepMs: 1000 })
  return new Map(
    lines.map(({ labels, samples }) => [labels.alertname ?? '', samples[0]?.value ?? 0]),
  )
}

/** What the Prometheus at `url` knows of alerts and dashboards over the last days, up to `endMs`. */
export async function reviewOf(url: string, endMs = Date.now(), days = DAYS): Promise<Review> {
  const names = await alertNames(url)
  const stepMs = (days * DAY_MS) / STEPS
  const range = { startMs: endMs - days * DAY_MS, endMs, stepMs }
  const ever = await atEnd(url, endMs, `max_over_time(ALERTS{alertstate="firing"}[${days}d])`)
  // A look every ten minutes: rules are evaluated at different times, so that their samples cannot be compared.
  const looks = await atEnd(
    url,
    endMs,
    `count_over_time((max by (alertname) (ALERTS{alertstate="firing"}))[${days}d:10m])`,
  )
  // It always fires: what it has not, was not watched. Without it, all of the time counts.
  const all = looks.get('Watchdog') ?? days * 144
  const empty: string[] = []
  for (const { title: board, rows } of boards) {
    for (const { title, queries, source = 'prometheus' } of rows.flatMap(({ panels }) => panels)) {
      if (source !== 'prometheus') continue
      const answers = await Promise.all(
        queries.map(({ expr }) =>
          readLines(url, {
            ...range,
            query: expr
              .replaceAll(/\$__(?:rate_interval|range|auto)/g, `${stepMs / 1000}s`)
              .replaceAll('$service', '.+'),
          }),
        ),
      )
      const values = answers.flat().flatMap(({ samples }) => samples.map(({ value }) => value))
      if (values.every(Number.isNaN)) empty.push(`${board}: ${title}`)
    }
  }
  return {
    silent: names.filter((name) => !ever.has(name)),
    often: new Map(
      names
        .map((name) => [name, (looks.get(name) ?? 0) / all] as const)
        .filter(([, share]) => share > OFTEN)
        .sort(([, a], [, b]) => b - a),
    ),
    empty,
  }
}

const list = (title: string, items: readonly string[]): string =>
  [`${title}: ${items.length}`, ...items.map((item) => `  ${item}`)].join('\n')

/**
 * `npm run monitor -- --review`: says what a review of dashboards and alerts should look at.
 *
 * @throws Error if there is no Prometheus.
 */
export async function runReview({ prometheus }: Pick<Ports, 'prometheus'>): Promise<void> {
  const { silent, often, empty } = await reviewOf(`http://127.0.0.1:${prometheus}`)
  const shares = [...often].map(([name, share]) => `${name} (${Math.round(share * 100)} %)`)
  console.log(
    [
      `Of the last ${DAYS} days, or as many as Prometheus has:`,
      list('Alerts that fired in more than a tenth of the time', shares),
      list('Alerts that have not fired', silent),
      list('Panels without data', empty),
    ].join('\n\n'),
  )
}
