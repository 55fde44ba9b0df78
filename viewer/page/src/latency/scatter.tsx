import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { LatencyView } from '../api-types.ts'
import { useColourChanges } from '../app/theme.ts'
import { go, setQuery, urlOf } from '../data/place.ts'
import { formatDuration } from '../format/duration.ts'
import { drawScatter } from './draw-scatter.ts'
import { HEIGHT_PX, type Scale, scaleOf } from './scale.ts'

interface ScatterProps {
  view: LatencyView
  query: URLSearchParams
}

interface Area {
  left: number
  top: number
  width: number
  height: number
}

/** What is shorter is a click. */
const MIN_DRAG_PX = 6
const NEAR_PX = 9

/** Every request by its time and duration. To mark an area chooses what is in it; a click opens a trace. */
export function Scatter({ view, query }: ScatterProps): VNode {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const [dragged, setDragged] = useState<Area>()
  const begin = useRef<{ x: number; y: number }>(undefined)
  const colours = useColourChanges()
  const scale = scaleOf(view, width)

  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (canvas.current && width > 0) drawScatter(canvas.current, view, scale, width)
  }, [view, width, colours])

  const at = (event: PointerEvent): { x: number; y: number } => {
    const bounds = (box.current as HTMLElement).getBoundingClientRect()
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top }
  }
  const end = (event: PointerEvent): void => {
    const from = begin.current
    begin.current = undefined
    setDragged(undefined)
    if (!from) return
    const area = areaOf(from, at(event))
    if (area.width < MIN_DRAG_PX && area.height < MIN_DRAG_PX) openNearest(view, scale, at(event))
    else choose(area, scale)
  }
  const shown = dragged ?? chosenArea(query, view, scale, width)
  const failed = view.points.filter((point) => point.failed).length
  return (
    <figure class="chart">
      <figcaption>
        <h2>Latency of each request</h2>
        <span class="muted">mark an area to compare it with the rest; a click opens a trace</span>
      </figcaption>
      <div
        ref={box}
        class="plot scatter"
        onPointerDown={(event) => {
          if (event.button) return
          begin.current = at(event)
          event.currentTarget.setPointerCapture(event.pointerId)
        }}
        onPointerMove={(event) => {
          if (begin.current) setDragged(areaOf(begin.current, at(event)))
        }}
        onPointerUp={end}
        onPointerCancel={() => {
          begin.current = undefined
          setDragged(undefined)
        }}
      >
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${view.points.length} requests, ${failed} failed, the slowest ${formatDuration(slowestMs(view))}`}
        />
        {shown && (
          <div
            class="area"
            style={{
              left: `${shown.left}px`,
              top: `${shown.top}px`,
              width: `${shown.width}px`,
              height: `${shown.height}px`,
            }}
          />
        )}
      </div>
    </figure>
  )
}

const slowestMs = ({ points }: LatencyView): number =>
  points.reduce((most, { durationMs }) => Math.max(most, durationMs), 0)

const areaOf = (a: { x: number; y: number }, b: { x: number; y: number }): Area => ({
  left: Math.min(a.x, b.x),
  top: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
})

function choose({ left, top, width, height }: Area, scale: Scale): void {
  setQuery({
    chosenFrom: String(Math.floor(scale.timeAt(left))),
    chosenTo: String(Math.ceil(scale.timeAt(left + width))),
    chosenMinMs: String(Number(scale.durationAt(top + height).toPrecision(4))),
    chosenMaxMs: String(Number(scale.durationAt(top).toPrecision(4))),
    chosenStatus: undefined,
    live: 'no',
  })
}

/** The chosen area of the address; undefined where all of the picture, or none of it, is chosen. */
function chosenArea(
  query: URLSearchParams,
  view: LatencyView,
  scale: Scale,
  width: number,
): Area | undefined {
  const number = (name: string): number | undefined =>
    query.has(name) ? Number(query.get(name)) || 0 : undefined
  const [from, to] = [number('chosenFrom'), number('chosenTo')]
  const [min, max] = [number('chosenMinMs'), number('chosenMaxMs')]
  if ([from, to, min, max].every((each) => each === undefined) || width === 0) return undefined
  const within = (value: number, most: number): number => Math.max(0, Math.min(most, value))
  const left = within(scale.x(from ?? view.fromMs), width)
  const top = within(max === undefined ? 0 : scale.y(max), HEIGHT_PX)
  return {
    left,
    top,
    width: within(scale.x(to ?? view.toMs), width) - left,
    height: within(min === undefined ? HEIGHT_PX : scale.y(min), HEIGHT_PX) - top,
  }
}

function openNearest(view: LatencyView, scale: Scale, { x, y }: { x: number; y: number }): void {
  let nearest: LatencyView['points'][number] | undefined
  let distance = NEAR_PX
  for (const point of view.points) {
    const own = Math.hypot(scale.x(point.timeMs) - x, scale.y(point.durationMs) - y)
    if (own >= distance) continue
    nearest = point
    distance = own
  }
  if (nearest) go(urlOf(`/traces/${nearest.traceId}`, { span: nearest.spanId }))
}
