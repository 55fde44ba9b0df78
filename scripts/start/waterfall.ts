import { styleText } from 'node:util'
import { formatDuration } from './duration.ts'
import { keyAttributes } from './key-attributes.ts'
import type { ReceivedSpan } from './span.ts'
import { type TreeRow, treeRows } from './span-tree.ts'
import { cells, clean, pad, shorten } from './text.ts'

export interface WaterfallOptions {
  /** Width of the terminal, in cells. At least 40. */
  width: number
  /** Use ANSI colours. */
  colour: boolean
  /** Most spans drawn; a line says how many were left out. Default 60. */
  maxSpans?: number
}

interface Layout {
  nameCells: number
  barCells: number
  restCells: number
}

type Format = Parameters<typeof styleText>[0]
type Paint = (format: Format, text: string) => string

const MIN_WIDTH = 40
const MARK_CELLS = 4
const DURATION_CELLS = 8
const GAPS_CELLS = 4
const NS_PER_MS = 1e6

function layOut(rows: TreeRow[], width: number): Layout {
  const longest = Math.max(...rows.map((row) => cells(row.branch) + cells(clean(row.span.name))))
  // A common least width lines up the bars of most traces.
  const nameCells = Math.floor(Math.max(width * 0.26, Math.min(longest, width * 0.36)))
  const barCells = Math.floor(width * 0.18)
  const restCells = width - MARK_CELLS - nameCells - barCells - DURATION_CELLS - GAPS_CELLS
  return { nameCells, barCells, restCells: Math.max(0, restCells) }
}

/** The part of the bar's cells that a span covers; a span of no length is a hairline. */
function bar(startMs: number, durationMs: number, totalMs: number, barCells: number): string {
  const scale = totalMs > 0 ? barCells / totalMs : 0
  const length = durationMs > 0 ? Math.max(1, Math.round(durationMs * scale)) : 1
  const offset = Math.min(Math.round(startMs * scale), barCells - Math.min(length, barCells))
  const drawn = durationMs > 0 ? '█'.repeat(length) : '▏'
  return pad(' '.repeat(Math.max(0, offset)) + drawn, barCells)
}

/** Keeps room for a name, at least half of it, however deep its span sits. */
function shallow(lines: string, name: string, nameCells: number): string {
  const room = Math.max(Math.floor(nameCells / 2), nameCells - cells(name))
  return lines.length > room ? `…${lines.slice(1 - room)}` : lines
}

const toMs = (nano: bigint): number => Number(nano) / NS_PER_MS

function attributeText(row: TreeRow): string {
  const pairs = keyAttributes(row.span).map(([key, value]) => `${key}=${value}`)
  if (row.linked) pairs.unshift(`(linked: trace ${row.span.traceId.slice(0, 8)}…)`)
  if (row.orphan) pairs.unshift('(parent not received)')
  return clean(pairs.join(' '))
}

function failureTexts(span: ReceivedSpan): string[] {
  if (span.exceptions.length > 0) return [...span.exceptions]
  return span.failed && span.statusMessage ? [span.statusMessage] : []
}

/**
 * Draws the spans of one trace, and of those linked to it, as a waterfall, one line a span, without a final newline.
 *
 * Names and values come from the network: characters that a terminal would act on are replaced.
 */
export function renderWaterfall(
  spans: readonly ReceivedSpan[],
  { width: asked, colour, maxSpans = 60 }: WaterfallOptions,
): string {
  const width = Math.max(MIN_WIDTH, asked)
  const paint: Paint = (format, text) =>
    colour ? styleText(format, text, { validateStream: false }) : text
  const all = treeRows(spans)
  const [first] = all
  if (!first) return ''
  const rows = all.slice(0, maxSpans)
  const layout = layOut(rows, width)
  let startNano = first.span.startNano
  let endNano = first.span.endNano
  for (const { span } of all) {
    if (span.startNano < startNano) startNano = span.startNano
    if (span.endNano > endNano) endNano = span.endNano
  }
  const totalMs = toMs(endNano - startNano)

  const services = [...new Set(spans.map((span) => span.service))].join(', ')
  const count = all.length === 1 ? '1 span' : `${all.length} spans`
  const facts = `${count} · ${formatDuration(totalMs)} · ${clean(services)}`
  const title = `trace ${first.span.traceId}`
  const lines = [
    paint('bold', title) + paint('dim', shorten(` · ${facts}`, Math.max(0, width - title.length))),
  ]

  for (const row of rows) {
    const { span } = row
    const durationMs = toMs(span.endNano - span.startNano)
    const look: Format = span.failed ? 'red' : span.kind === 'internal' ? 'cyan' : 'green'
    const drawn = bar(toMs(span.startNano - startNano), durationMs, totalMs, layout.barCells)
    const duration = formatDuration(durationMs).padStart(DURATION_CELLS)
    const rest = shorten(attributeText(row), layout.restCells)
    const label = clean(span.name)
    const name = pad(shallow(row.branch, label, layout.nameCells) + label, layout.nameCells)
    lines.push(
      `  ${paint(look, span.failed ? '✗' : '✓')} ${name} ${paint(look, drawn)} ${duration}  ${paint('dim', rest)}`.trimEnd(),
    )
    for (const text of failureTexts(span)) {
      const indent = `    ${shallow(row.below, label, layout.nameCells)}`
      lines.push(paint('red', shorten(clean(`${indent}! ${text}`), width)))
    }
  }
  if (all.length > rows.length) lines.push(paint('dim', `    … ${all.length - rows.length} more`))
  return lines.join('\n')
}
