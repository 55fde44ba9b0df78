import type { LatencyView } from '../api-types.ts'
import { resolveColours } from '../charts/colours.ts'
import { formatDuration } from '../format/duration.ts'
import { clock } from '../format/time.ts'
import { EDGES, HEIGHT_PX, LEAST_MS, type Scale } from './scale.ts'

const TIMES = 6
const RADIUS_PX = 2.5

/** Draws each request as a point; failed ones over the others, and larger. */
export function drawScatter(
  canvas: HTMLCanvasElement,
  view: LatencyView,
  scale: Scale,
  width: number,
): void {
  const ratio = window.devicePixelRatio || 1
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(HEIGHT_PX * ratio)
  canvas.style.width = `${width}px`
  canvas.style.height = `${HEIGHT_PX}px`
  const context = canvas.getContext('2d')
  if (!context || !canvas.parentElement) return
  context.scale(ratio, ratio)
  const colour = resolveColours(canvas.parentElement)
  context.font = '11px system-ui, sans-serif'
  context.strokeStyle = colour('--line')
  context.fillStyle = colour('--muted')
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  context.beginPath()
  for (const ms of scale.ticksMs) {
    const y = Math.round(scale.y(ms)) + 0.5
    context.moveTo(EDGES.left, y)
    context.lineTo(width - EDGES.right, y)
    const label = ms > LEAST_MS ? formatDuration(ms) : `≤ ${formatDuration(ms)}`
    context.fillText(label, EDGES.left - 6, y)
  }
  context.stroke()
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  for (let nth = 0; nth < TIMES; nth++) {
    const timeMs = view.fromMs + ((nth + 0.5) / TIMES) * (view.toMs - view.fromMs)
    if (width > 500 || nth % 2 === 0) {
      context.fillText(clock(timeMs, false), scale.x(timeMs), HEIGHT_PX - 6)
    }
  }
  for (const isFailed of [false, true]) {
    context.fillStyle = colour(isFailed ? '--bad' : '--accent')
    context.globalAlpha = isFailed ? 0.9 : 0.55
    context.beginPath()
    for (const { timeMs, durationMs, failed } of view.points) {
      if (failed !== isFailed) continue
      const [x, y] = [scale.x(timeMs), scale.y(durationMs)]
      const radius = isFailed ? RADIUS_PX + 1 : RADIUS_PX
      context.moveTo(x + radius, y)
      context.arc(x, y, radius, 0, 2 * Math.PI)
    }
    context.fill()
  }
}
