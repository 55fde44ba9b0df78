import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import { useColourChanges } from '../app/theme.ts'
import { setQuery } from '../data/place.ts'
import { clock, day } from '../format/time.ts'
import { resolveColours } from './colours.ts'

export interface Line {
  name: string
  values: readonly (number | null)[]
  /** A variable of the style sheet. */
  colour: string
  /** Filled down to zero. */
  isArea?: boolean
}

interface LineChartProps {
  title: string
  timesMs: readonly number[]
  lines: readonly Line[]
  format: (value: number | null | undefined) => string
}

const HEIGHT_PX = 180
const LEGEND_SHOWN = 12
/** A mark shorter than this is a click. */
const MIN_MARK_PX = 8

/** Lines over time. Marking a stretch shows that time. */
export function LineChart({ title, timesMs, lines, format }: LineChartProps): VNode {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(undefined)
  const [at, setAt] = useState<number | null>(null)
  const colours = useColourChanges()
  const names = JSON.stringify(lines.map(({ name, colour }) => [name, colour]))
  const latest = useRef({ timesMs, lines, format })
  latest.current = { timesMs, lines, format }

  useEffect(() => {
    const element = box.current
    if (!element) return
    const options = chartOptions(
      element,
      latest.current,
      (value) => latest.current.format(value),
      setAt,
    )
    const plot = new uPlot(options, dataOf(latest.current), element)
    chart.current = plot
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height: HEIGHT_PX })
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
      chart.current = undefined
    }
  }, [names, colours])

  useEffect(() => chart.current?.setData(dataOf(latest.current)), [timesMs, lines])

  const last = timesMs.length - 1
  const shown = at ?? last
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <span class="muted">
          {at === null || timesMs[at] === undefined ? 'drag to zoom' : clock(timesMs[at], false)}
        </span>
      </figcaption>
      <div ref={box} class="plot" role="img" aria-label={`${title}: ${summary(lines, format)}`} />
      <ul class="legend">
        {lines.slice(0, LEGEND_SHOWN).map(({ name, colour, values }) => (
          <li key={name}>
            <i aria-hidden="true" style={{ background: `var(${colour})` }} />
            <span class="name">{name}</span>
            <b>{at === null ? format(lastOf(values)) : format(values[shown])}</b>
          </li>
        ))}
        {lines.length > LEGEND_SHOWN && (
          <li class="muted">and {lines.length - LEGEND_SHOWN} more</li>
        )}
      </ul>
    </figure>
  )
}

const lastOf = (values: readonly (number | null)[]): number | null =>
  values.findLast((value) => value !== null) ?? null

function summary(lines: readonly Line[], format: LineChartProps['format']): string {
  return lines
    .slice(0, LEGEND_SHOWN)
    .map(({ name, values }) => `${name} ${format(lastOf(values))}`)
    .join(', ')
}

const dataOf = ({ timesMs, lines }: Pick<LineChartProps, 'timesMs' | 'lines'>): uPlot.AlignedData =>
  [timesMs, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData

function chartOptions(
  element: HTMLElement,
  { lines }: Pick<LineChartProps, 'lines'>,
  format: (value: number) => string,
  onCursor: (index: number | null) => void,
): uPlot.Options {
  const colour = resolveColours(element)
  const axis = {
    stroke: colour('--muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  return {
    width: Math.max(100, element.clientWidth),
    height: HEIGHT_PX,
    ms: 1,
    padding: [8, 26, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
    scales: { y: { range: (_, min, max) => niceRange(min, max) } },
    axes: [
      { ...axis, size: 26, space: 80, values: (_, times) => times.map(timeLabel) },
      { ...axis, size: 64, space: 36, values: (_, values) => values.map(format) },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: '',
        stroke: colour(line.colour),
        width: 1.5,
        points: { show: isSparse(line.values), size: 4 },
        ...(line.isArea && { fill: faint(colour(line.colour)) }),
      })),
    ],
    hooks: {
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      setSelect: [(plot) => showMarked(plot)],
    },
  }
}

function timeLabel(ms: number): string {
  const date = day(ms)
  return date ? `${date.slice(5)} ${clock(ms, false).slice(0, 5)}` : clock(ms, false)
}

/** From zero, if everything is above it, with some room at the top. */
function niceRange(min: number | null, max: number | null): [number, number] {
  const low = Math.min(0, min ?? 0)
  const high = Math.max(0, max ?? 0)
  return low === high ? [0, 1] : [low, high + (high - low) * 0.08]
}

/** A line through few values would not be seen, or hide how few there are. */
const isSparse = (values: readonly (number | null)[]): boolean =>
  values.some(
    (value, at) =>
      value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null,
  )

const faint = (colour: string): string => `color-mix(in srgb, ${colour} 18%, transparent)`

function showMarked(plot: uPlot): void {
  const { left, width } = plot.select
  if (width < MIN_MARK_PX) return
  const from = Math.round(plot.posToVal(left, 'x'))
  const to = Math.round(plot.posToVal(left + width, 'x'))
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  setQuery({ from: String(from), to: String(Math.max(to, from + 1000)), last: undefined })
}
