import type { VNode } from 'preact'
import type { MetricItem, RatioView } from '../api-types.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { setQuery, urlOf } from '../data/place.ts'
import { isComplete } from '../data/range.ts'
import { useJson } from '../data/use-json.ts'
import { lineColour } from '../format/colour.ts'
import { formatNumber } from '../format/number.ts'
import { CopyLine } from '../parts/copy-line.tsx'
import { Problem } from '../parts/problem.tsx'
import { QueryBox } from '../parts/query-box.tsx'
import { seriesName } from './series-table.tsx'

const LINES_DRAWN = 12

interface RatioSectionProps {
  metric: MetricItem
  /** As the instrument itself is asked for. */
  asked: URLSearchParams
  query: URLSearchParams
  everyMs: number | undefined
}

/** This instrument as a share of another, or of all of itself. */
export function RatioSection({ metric, asked, query, everyMs }: RatioSectionProps): VNode {
  const over = query.get('over') ?? ''
  const all = useJson<{ metrics: MetricItem[] }>('/api/metrics')
  const wanted = new URLSearchParams(asked)
  wanted.set('over', over)
  if (query.has('overQ')) wanted.set('overQ', query.get('overQ') ?? '')
  if (!query.has('by')) wanted.set('by', '')
  const { data, error, reload } = useJson<RatioView>(
    over ? urlOf(`/api/metrics/${metric.id}/ratio`, wanted) : undefined,
    { everyMs },
  )
  const points = data?.series[0]?.points ?? []
  const shown = points.filter(
    ([timeMs]) => data && isComplete(timeMs, data.stepMs, data.toMs),
  ).length
  return (
    <section>
      <h2>Ratio</h2>
      <div class="filters">
        <label class="field">
          <span>Divided by</span>
          <select value={over} onChange={(event) => setQuery({ over: event.currentTarget.value })}>
            <option value="">nothing</option>
            {(all.data?.metrics ?? []).map(({ id, name, unit }) => (
              <option key={id} value={String(id)}>
                {unit ? `${name} (${unit})` : name}
              </option>
            ))}
          </select>
        </label>
        {over && (
          <QueryBox query={query} signal="metrics" name="overQ" label="of it, series with" />
        )}
      </div>
      <Problem error={error} reload={reload} />
      {over && data?.series.length === 0 && (
        <p class="muted">Both have no series in common: choose fewer attributes to split by.</p>
      )}
      {over && data && data.series.length > 0 && (
        <>
          <LineChart
            title={`${data.metric.name} / ${data.over.name}`}
            timesMs={points.slice(0, shown).map(([timeMs]) => timeMs)}
            format={formatNumber}
            lines={data.series.slice(0, LINES_DRAWN).map((each, at) => ({
              name: seriesName(each.attributes),
              colour: lineColour(at),
              values: each.points.slice(0, shown).map(([, value]) => value),
            }))}
          />
          {data.promql && <CopyLine text={data.promql} />}
        </>
      )}
    </section>
  )
}
