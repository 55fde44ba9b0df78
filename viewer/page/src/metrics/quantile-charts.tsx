import type { VNode } from 'preact'
import type { MetricView } from '../api-types.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { lineColour } from '../format/colour.ts'
import { seriesName } from './series-table.tsx'

const QUANTILES = ['p50', 'p90', 'p95', 'p99'] as const

interface QuantileChartsProps {
  view: MetricView
  format: (value: number | null | undefined) => string
}

/** One picture for each quantile, with the series side by side. */
export function QuantileCharts({ view: { series }, format }: QuantileChartsProps): VNode {
  const drawn = series.filter(({ quantiles }) => quantiles?.overTime.length)
  const timesMs = drawn[0]?.points.map(([timeMs]) => timeMs) ?? []
  return (
    <section>
      <h2>Quantiles side by side</h2>
      <div class="charts">
        {QUANTILES.map((quantile) => (
          <LineChart
            key={quantile}
            title={quantile}
            timesMs={timesMs}
            format={format}
            lines={drawn.map(({ attributes, quantiles }, at) => ({
              name: seriesName(attributes),
              colour: lineColour(at),
              values: quantiles?.overTime.map((each) => each[quantile]) ?? [],
            }))}
          />
        ))}
      </div>
    </section>
  )
}
