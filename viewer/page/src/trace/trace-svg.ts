import { formatDuration } from '../format/duration.ts'
import { logText } from '../format/log-text.ts'
import { percent, type TimeScale, ticksOf } from './time-scale.ts'
import type { TraceIndex, TraceRow } from './trace-rows.ts'

/** What an image of a waterfall shows. */
export interface Drawing {
  title: string
  rows: readonly TraceRow[]
  index: TraceIndex
  scale: TimeScale
  /** The colour of a row's bar. */
  colourOf: (row: TraceRow) => string
  colours: { text: string; muted: string; line: string; background: string; bad: string }
}

const WIDTH = 1400
const ROW = 22
const HEAD = 62
const NAMES = 460
const BARS = 560
const LENGTHS = 80
/** Rows beyond are left out, and counted. */
const ROWS_MAX = 3000

/** Height of the image in pixels; its width is 1400. */
export function heightOf(rows: number): number {
  return HEAD + ROW * (Math.min(rows, ROWS_MAX) + 1)
}

/** A waterfall as an SVG document of its own: text and rectangles, no styles, no scripts. */
export function traceSvg(drawing: Drawing): string {
  const { title, scale, colours } = drawing
  const rows = drawing.rows.slice(0, ROWS_MAX)
  const height = heightOf(rows.length)
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    clip('names', 0, NAMES - 8, height),
    clip('details', NAMES + BARS + LENGTHS, WIDTH - NAMES - BARS - LENGTHS - 8, height),
    rect(0, 0, WIDTH, height, colours.background),
    text(12, 24, title, colours.text, 'font-size="15" font-weight="600"'),
  ]
  for (const tick of ticksOf(scale, 6)) {
    const x = xOf(tick, scale)
    parts.push(rect(x, HEAD - 20, 1, height - HEAD + 20, colours.line))
    parts.push(text(x + 4, HEAD - 8, formatDuration(tick), colours.muted))
  }
  for (const [at, row] of rows.entries()) parts.push(rowOf(row, HEAD + at * ROW, drawing))
  const left = drawing.rows.length - rows.length
  if (left > 0) parts.push(text(12, height - 7, `and ${left} more`, colours.muted))
  return `${parts.join('\n')}\n</svg>\n`
}

function rowOf(row: TraceRow, top: number, drawing: Drawing): string {
  const { colours, scale, index } = drawing
  const step = Math.min(14, (NAMES * 0.4) / Math.max(1, index.depth))
  const base = top + 15
  const parts: string[] = []
  if (row.kind === 'log') {
    parts.push(
      text(12 + row.depth * step, base, logText(row.log), colours.muted, 'clip-path="url(#names)"'),
      `<circle cx="${number(xOf(row.offsetMs, scale))}" cy="${top + 11}" r="3" fill="${drawing.colourOf(row)}"/>`,
    )
    return parts.join('\n')
  }
  const { span } = row
  const isBad = span.status === 'error'
  const from = xOf(span.offsetMs, scale)
  const width = Math.max(1.5, xOf(span.offsetMs + span.durationMs, scale) - from)
  const details = [span.statusMessage ?? '', ...span.highlights.map((pair) => pair.join('='))]
  parts.push(
    text(
      12 + span.depth * step,
      base,
      `${span.name || '(unnamed)'} · ${span.service}`,
      isBad ? colours.bad : colours.text,
      'clip-path="url(#names)"',
    ),
    rect(from, top + 5, width, 12, drawing.colourOf(row)),
    text(
      NAMES + BARS + LENGTHS - 10,
      base,
      formatDuration(span.durationMs),
      colours.muted,
      'text-anchor="end"',
    ),
    text(
      NAMES + BARS + LENGTHS,
      base,
      details.filter(Boolean).join('  '),
      colours.muted,
      'clip-path="url(#details)"',
    ),
  )
  return parts.join('\n')
}

const xOf = (ms: number, scale: TimeScale): number => NAMES + (percent(ms, scale) / 100) * BARS

const number = (value: number): string => String(Number(value.toFixed(2)))

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" fill="${fill}"/>`
}

function clip(id: string, x: number, width: number, height: number): string {
  return `<clipPath id="${id}"><rect x="${x}" y="0" width="${width}" height="${height}"/></clipPath>`
}

function text(x: number, y: number, content: string, fill: string, more = ''): string {
  return `<text x="${number(x)}" y="${y}" fill="${fill}" unicode-bidi="isolate" ${more}>${escaped(content)}</text>`
}

const LONGEST = 300
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** What XML allows of a text, as text. */
function escaped(content: string): string {
  return content
    .slice(0, LONGEST)
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, ' ')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
}
