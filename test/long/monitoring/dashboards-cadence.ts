import { boards } from '../../../monitoring/grafana/source/boards.ts'
import type { PanelSpec } from '../../../monitoring/grafana/source/panel.ts'

/** What Grafana asks for of a panel's query over a range. */
export interface PanelQuery {
  readonly where: string
  readonly expr: string
  readonly isInstant: boolean
  readonly stepSeconds: number
}

/** Points that a panel of 12 columns has on a usual screen. */
const POINTS = 800

/** All of Prometheus' queries as Grafana sends them, by its rules for `$__interval` and `$__rate_interval`. */
export const panelQueries = (rangeSeconds: number, timeIntervalSeconds: number): PanelQuery[] => {
  const stepSeconds = Math.max(Math.ceil(rangeSeconds / POINTS), timeIntervalSeconds)
  const rate = Math.max(stepSeconds + timeIntervalSeconds, 4 * timeIntervalSeconds)
  const fill = (expr: string): string =>
    expr
      .replaceAll('$__rate_interval', `${rate}s`)
      .replaceAll('$__interval', `${stepSeconds}s`)
      .replaceAll('$__range', `${rangeSeconds}s`)
      .replaceAll('$service', 'shop')
  const isOurs = ({ source = 'prometheus' }: PanelSpec): boolean => source === 'prometheus'
  return boards.flatMap(({ uid, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.filter(isOurs).flatMap(({ title, kind, queries }) =>
        queries.map(({ expr }) => ({
          where: `${uid} / ${title}`,
          expr: fill(expr),
          isInstant: kind !== 'graph',
          stepSeconds,
        })),
      ),
    ),
  )
}

/** A value that a regular expression of a dashboard takes. */
const sample = (pattern: string): string => {
  // Groups, the inner ones first: what may be there is not, of others the first.
  const group = /\(([^()|]*)(?:\|[^()]*)?\)(\??)/
  let text = pattern
  while (group.test(text)) text = text.replace(group, (_, first, may) => (may ? '' : first))
  return (text.split('|')[0] ?? '').replace(/\.[*+]/g, 'x').replaceAll('.', '0')
}

/** Names that stand alone; labels among them do no harm. */
const BARE = /\b(?:traces|cloudflare|otelcol|scrape|pg|mysql|redis|node|container)_\w+\b|\bup\b/g

/** A series for each selector of the queries, with labels that it takes. */
const seriesOf = (queries: readonly PanelQuery[]): Set<string> => {
  const found = new Set<string>()
  for (const { expr } of queries) {
    for (const [name] of expr.matchAll(BARE)) found.add(`${name}{job="shop"}`)
    const selectors = expr.matchAll(/([a-zA-Z_:][\w:]*)?\{([^}]*)\}|\b([a-z]\w*:[\w:]+)/g)
    for (const [, name, matchers = '', recorded] of selectors) {
      const labels: Record<string, string> = { job: 'shop' }
      let metric = name ?? recorded ?? ''
      for (const [, label = '', operator, value = ''] of matchers.matchAll(
        /(\w+)(=~|!=|!~|=)"([^"]*)"/g,
      )) {
        const matching = operator === '=' ? value : operator === '=~' ? sample(value) : ''
        if (label === '__name__') metric = matching
        else if (matching) labels[label] = matching
        else if (operator === '!=' && value === '') labels[label] = 'Error'
      }
      const bounds = metric.endsWith('_bucket') && !labels.le ? ['0.1', '1', '+Inf'] : ['']
      for (const le of bounds) {
        const all = Object.entries({ ...labels, ...(le && { le }) }).sort()
        found.add(
          `${metric}{${all.map(([key, text]) => `${key}=${JSON.stringify(text)}`).join(',')}}`,
        )
      }
    }
  }
  return found
}

/** OpenMetrics with samples of all that the queries ask for, each `stepSeconds`, in the last hours. */
export const samplesFor = (
  queries: readonly PanelQuery[],
  { hours, stepSeconds, endSeconds }: { hours: number; stepSeconds: number; endSeconds: number },
): string => {
  const lines: string[] = []
  for (const series of seriesOf(queries)) {
    const isCounter = /_(total|count|sum|bucket)\{|^pg_stat_database_blks/.test(series)
    for (let step = (hours * 3600) / stepSeconds; step >= 0; step--) {
      const seconds = endSeconds - step * stepSeconds
      lines.push(`${series} ${isCounter ? 100_000 - step * 7 : 1} ${seconds}`)
    }
  }
  return `${lines.join('\n')}\n# EOF\n`
}
