import type { HistogramView } from '../api-types.ts'
import { clock } from '../format/time.ts'
import { resolveColours } from './colours.ts'
import type { ShownRows } from './heat-map-rows.ts'

interface HeatMapDrawing {
  rows: ShownRows
  columns: HistogramView['columns']
  width: number
  height: number
  format: (value: number | null) => string
}

/** Room around the cells, in CSS pixels. */
export const HEAT_MAP_EDGES = { left: 64, top: 8, right: 8, bottom: 22 } as const

const LABEL_HEIGHT_PX = 22
const LABEL_WIDTH_PX = 90

/** Draws cells that are the darker the more values they hold. */
export function drawHeatMap(canvas: HTMLCanvasElement, drawing: HeatMapDrawing): void {
  const { width, height } = drawing
  const ratio = window.devicePixelRatio || 1
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d')
  if (!context || !canvas.parentElement) return
  context.scale(ratio, ratio)
  const colour = resolveColours(canvas.parentElement)
  drawCells(context, drawing, colour)
  context.font = '11px system-ui, sans-serif'
  context.fillStyle = colour('--muted')
  drawValues(context, drawing)
  drawTimes(context, drawing)
}

function drawCells(
  context: CanvasRenderingContext2D,
  { rows, columns, width, height }: HeatMapDrawing,
  colour: (variable: string) => string,
): void {
  const { left, top, right, bottom } = HEAT_MAP_EDGES
  const cellWidth = (width - left - right) / Math.max(1, columns.length)
  const cellHeight = (height - top - bottom) / Math.max(1, rows.rows.length)
  context.strokeStyle = colour('--line')
  context.strokeRect(left - 0.5, top - 0.5, width - left - right + 1, height - top - bottom + 1)
  const highest = Math.max(1, ...columns.map(({ counts }) => Math.max(0, ...counts)))
  context.fillStyle = colour('--accent')
  for (const [x, { counts }] of columns.entries()) {
    for (const y of rows.rows.keys()) {
      const count = counts[rows.first + y] ?? 0
      if (count === 0) continue
      context.globalAlpha = 0.18 + 0.72 * Math.sqrt(count / highest)
      const bottomEdge = height - bottom - y * cellHeight
      context.fillRect(
        left + x * cellWidth,
        bottomEdge - cellHeight,
        cellWidth + 0.3,
        cellHeight - 1,
      )
    }
  }
  context.globalAlpha = 1
}

function drawValues(
  context: CanvasRenderingContext2D,
  { rows, height, format }: HeatMapDrawing,
): void {
  const { left, top, bottom } = HEAT_MAP_EDGES
  const cellHeight = (height - top - bottom) / Math.max(1, rows.rows.length)
  const every = Math.max(1, Math.ceil(LABEL_HEIGHT_PX / cellHeight))
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (const [y, { to }] of rows.rows.entries()) {
    if (to === null || y % every !== every - 1) continue
    const at = height - bottom - (y + 1) * cellHeight
    context.fillText(format(to), left - 6, Math.max(top + 5, at))
  }
}

function drawTimes(
  context: CanvasRenderingContext2D,
  { columns, width, height }: HeatMapDrawing,
): void {
  const { left, right } = HEAT_MAP_EDGES
  const cellWidth = (width - left - right) / Math.max(1, columns.length)
  const every = Math.max(1, Math.ceil(LABEL_WIDTH_PX / cellWidth))
  context.textAlign = 'left'
  context.textBaseline = 'alphabetic'
  for (const [x, { timeMs }] of columns.entries()) {
    const at = left + x * cellWidth
    if (x % every === 0 && at + LABEL_WIDTH_PX / 2 < width) {
      context.fillText(clock(timeMs, false), at, height - 6)
    }
  }
}
