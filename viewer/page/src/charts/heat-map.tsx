import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { HistogramView, MetricView } from '../api-types.ts'
import { useColourChanges } from '../app/theme.ts'
import { clock } from '../format/time.ts'
import { drawHeatMap, HEAT_MAP_EDGES } from './draw-heat-map.ts'
import { placeIn, rowName, type ShownRows, shownRows } from './heat-map-rows.ts'

interface HeatMapProps {
  histogram: HistogramView
  exemplars: MetricView['exemplars']
  stepMs: number
  format: (value: number | null) => string
}

const HEIGHT_PX = 240

/** How often which value came, over time, with measurements that lead to their traces. */
export function HeatMap({ histogram, exemplars, stepMs, format }: HeatMapProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [told, setTold] = useState('')
  const colours = useColourChanges()
  const rows = shownRows(histogram)

  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useEffect(() => {
    if (canvas.current && width > 0) {
      drawHeatMap(canvas.current, {
        rows,
        columns: histogram.columns,
        width,
        height: HEIGHT_PX,
        format,
      })
    }
  }, [histogram, width, colours])

  const area = plotArea(width)
  const firstMs = histogram.columns[0]?.timeMs ?? 0
  const spanMs = Math.max(1, histogram.columns.length * stepMs)
  const tell = (event: MouseEvent): void => {
    const bounds = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const x = (event.clientX - bounds.left - area.left) / area.width
    const y = 1 - (event.clientY - bounds.top - area.top) / area.height
    setTold(cellText(histogram, rows, x, y, format))
  }
  return (
    <figure class="chart heat-map">
      <figcaption>
        <h2>Distribution</h2>
        <span class="muted">{told || 'dots are exemplars: each opens its trace'}</span>
      </figcaption>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the pointer only tells more of what the figures say as well */}
      <div ref={box} class="plot" onMouseMove={tell} onMouseLeave={() => setTold('')}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Distribution of ${histogram.count} values, median ${format(histogram.p50)}, 99th percentile ${format(histogram.p99)}`}
        />
        {width > 0 &&
          exemplars.map((exemplar) => {
            const x = (exemplar.timeMs - firstMs) / spanMs
            if (x < 0 || x > 1) return null
            return (
              <a
                key={`${exemplar.timeMs} ${exemplar.spanId} ${exemplar.value}`}
                class="exemplar"
                href={`/traces/${exemplar.traceId}?span=${exemplar.spanId}`}
                title={`${format(exemplar.value)} at ${clock(exemplar.timeMs)}`}
                style={{
                  left: `${area.left + x * area.width}px`,
                  top: `${area.top + (1 - placeIn(rows, exemplar.value)) * area.height}px`,
                }}
              >
                <span class="visually-hidden">
                  Trace of {format(exemplar.value)} at {clock(exemplar.timeMs)}
                </span>
              </a>
            )
          })}
      </div>
    </figure>
  )
}

function plotArea(width: number): { left: number; top: number; width: number; height: number } {
  const { left, top, right, bottom } = HEAT_MAP_EDGES
  return { left, top, width: Math.max(1, width - left - right), height: HEIGHT_PX - top - bottom }
}

function cellText(
  { columns }: HistogramView,
  rows: ShownRows,
  x: number,
  y: number,
  format: (value: number | null) => string,
): string {
  const column = columns[Math.floor(x * columns.length)]
  const at = Math.floor(y * rows.rows.length)
  const row = rows.rows[at]
  if (!column || !row || x < 0 || y < 0) return ''
  return `${clock(column.timeMs, false)} · ${rowName(row, format)} · ${column.counts[rows.first + at] ?? 0} of ${column.count}`
}
