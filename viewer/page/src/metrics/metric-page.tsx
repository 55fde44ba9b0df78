import type { VNode } from 'preact'
import type { MetricItem, MetricView } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { HeatMap } from '../charts/heat-map.tsx'
import { LineChart } from '../charts/line-chart.tsx'
import { urlOf } from '../data/place.ts'
import { DEFAULT_LAST, pick } from '../data/range.ts'
import { useJson } from '../data/use-json.ts'
import { lineColour } from '../format/colour.ts'
import { formatNumber, formatValue } from '../format/number.ts'
import { FilterChips } from '../parts/attribute-filters.tsx'
import { Empty } from '../parts/empty.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { QueryBox } from '../parts/query-box.tsx'
import { RangeSelect } from '../parts/range-select.tsx'
import { ServiceSelect } from '../parts/service-select.tsx'
import { Stale } from '../parts/stale.tsx'
import { AttributeTable } from './attribute-table.tsx'
import { completeSlots } from './complete-slots.ts'
import { Exemplars } from './exemplars.tsx'
import { InstrumentTags } from './instrument-tags.tsx'
import { PromqlList } from './promql-list.tsx'
import { QuantileCharts } from './quantile-charts.tsx'
import { RatioSection } from './ratio-section.tsx'
import { SeriesTable, seriesName } from './series-table.tsx'

const EVERY_MS = 5000
const LINES_DRAWN = 12

/** One instrument over time. */
export function MetricPage({ id, query }: ViewProps): VNode {
  const asked = pick(query, ['last', 'from', 'to', 'service', 'attribute', 'q'])
  // Present and empty means: one series in all.
  if (query.has('by'))
    asked.set(
      'by',
      query
        .getAll('by')
        .join(',')
        .replace(/^none$/, ''),
    )
  const everyMs = isFollowing(query) ? EVERY_MS : undefined
  const { data, error, reload } = useJson<MetricView>(urlOf(`/api/metrics/${id}`, asked), {
    everyMs,
  })
  if (error?.status === 404) {
    return (
      <Empty title="This instrument is not here">
        <p>
          <a href="/metrics">To all instruments</a>
        </p>
      </Empty>
    )
  }
  return (
    <>
      <Problem error={error} reload={reload} />
      {data && <Metric view={data} query={query} asked={asked} everyMs={everyMs} />}
    </>
  )
}

interface MetricProps {
  view: MetricView
  query: URLSearchParams
  /** As the API was asked for it. */
  asked: URLSearchParams
  everyMs: number | undefined
}

function Metric({ view: whole, query, asked, everyMs }: MetricProps): VNode {
  const view = completeSlots(whole)
  const { metric, series, seriesTotal, histogram, exemplars, truncated } = view
  const inUnit = (value: number | null | undefined): string => formatValue(value, metric.unit)
  const isEmpty = series.every(({ points }) => points.every(([, value]) => value === null))
  return (
    <>
      <div class="title-row">
        <h1>{metric.name}</h1>
        <div class="controls">
          <ServiceSelect query={query} />
          <RangeSelect query={query} byDefault={DEFAULT_LAST} />
          <PauseButton query={query} />
          <a
            class="button"
            href={urlOf(`/api/metrics/${metric.id}/otlp.json`, pick(query, ['last', 'from', 'to']))}
            download
          >
            Export
          </a>
        </div>
      </div>
      <p class="lead">
        {metric.description} <InstrumentTags metric={metric} />{' '}
        <span class="muted">{meaning(metric)}</span>
      </p>
      <search class="filters">
        <QueryBox query={query} signal="metrics" label="Series with" />
        <FilterChips query={query} keys={[['attribute', '']]} />
      </search>
      {truncated && (
        <p class="banner">There are more points than are shown. Choose a shorter time.</p>
      )}
      {isEmpty && (
        <>
          <Stale query={query} of="pointsMs" byDefault={DEFAULT_LAST} />
          <Empty title="No points in this time">
            <p>Choose a longer time, or take a filter off.</p>
          </Empty>
        </>
      )}
      {histogram && !isEmpty && (
        <>
          <Figures {...histogram} format={inUnit} />
          <HeatMap
            histogram={histogram}
            exemplars={exemplars}
            stepMs={view.stepMs}
            format={inUnit}
          />
        </>
      )}
      {!isEmpty && (
        <div class="charts">
          {histogram && (
            <LineChart
              title="Quantiles"
              timesMs={histogram.columns.map(({ timeMs }) => timeMs)}
              format={inUnit}
              lines={[
                {
                  name: 'p50',
                  colour: '--colour-1',
                  values: histogram.columns.map(({ p50 }) => p50),
                },
                {
                  name: 'p90',
                  colour: '--colour-3',
                  values: histogram.columns.map(({ p90 }) => p90),
                },
                {
                  name: 'p95',
                  colour: '--colour-2',
                  values: histogram.columns.map(({ p95 }) => p95),
                },
                {
                  name: 'p99',
                  colour: '--colour-4',
                  values: histogram.columns.map(({ p99 }) => p99),
                },
              ]}
            />
          )}
          <SeriesChart view={view} />
        </div>
      )}
      <PromqlList promql={view.promql} />
      {!isEmpty && histogram && series.length > 1 && <QuantileCharts view={view} format={inUnit} />}
      <AttributeTable metric={metric} query={query} />
      <SeriesTable view={view} query={query} />
      {seriesTotal > series.length && (
        <p class="muted">
          The {series.length} largest of {seriesTotal} series.
        </p>
      )}
      <RatioSection metric={metric} asked={asked} query={query} everyMs={everyMs} />
      <Exemplars exemplars={exemplars} format={inUnit} />
    </>
  )
}

function SeriesChart({ view: { metric, series, shows } }: { view: MetricView }): VNode {
  const isRate = shows === 'rate'
  const counted = metric.type === 'sum' ? metric.unit : ''
  const format = (value: number | null | undefined): string =>
    isRate ? perSecond(value, counted) : formatValue(value, metric.unit)
  return (
    <LineChart
      title={isRate ? 'Per second' : 'Value'}
      timesMs={series[0]?.points.map(([timeMs]) => timeMs) ?? []}
      format={format}
      lines={series.slice(0, LINES_DRAWN).map(({ attributes, points }, at) => ({
        name: seriesName(attributes),
        colour: lineColour(at),
        values: points.map(([, value]) => value),
      }))}
    />
  )
}

function perSecond(value: number | null | undefined, unit: string): string {
  return `${unit === 'By' ? formatValue(value, unit) : formatNumber(value)}/s`
}

function Figures({
  count,
  sum,
  p50,
  p95,
  p99,
  format,
}: NonNullable<MetricView['histogram']> & { format: (value: number | null) => string }): VNode {
  const tiles: [string, string][] = [
    ['Count', formatNumber(count)],
    ['Mean', format(count ? sum / count : null)],
    ['p50', format(p50)],
    ['p95', format(p95)],
    ['p99', format(p99)],
  ]
  return (
    <dl class="tiles">
      {tiles.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <b>{value}</b>
          </dd>
        </div>
      ))}
    </dl>
  )
}

function meaning({ temporality }: MetricItem): string {
  if (temporality === 'delta') return 'Deltas are added up.'
  if (temporality === 'cumulative') return 'Totals are compared with the ones before.'
  return ''
}
