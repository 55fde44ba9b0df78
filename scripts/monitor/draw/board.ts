import type { Board, PanelSpec } from '../../../monitoring/grafana/source/panel.ts'
import { thresholds } from '../../../monitoring/thresholds.ts'
import { type Line, readLines } from '../game-day/samples.ts'
import { type Box, COLORS, drawChart, escaped, picture } from './chart.ts'
import { inUnit } from './units.ts'

const WIDTH = 1200
const COLUMN = WIDTH / 24
const HEIGHTS: Readonly<Record<PanelSpec['kind'], number>> = {
  ...{ graph: 210, number: 96, table: 170, logs: 40, traces: 40 },
}
const ROW = 30
const GAP = 8
const MOST_NAMES = 5

export interface BoardOptions {
  readonly prometheusUrl: string
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
  /** What Grafana would put for `$__rate_interval`. */
  readonly rateInterval: string
  readonly service: string
  /** Changes an expression before it is asked. */
  readonly change?: (expr: string) => string
}

interface Named extends Line {
  readonly name: string
}

/** A legend as Grafana fills it in. */
const nameOf = (legend: string | undefined, labels: Line['labels']): string =>
  (legend ?? Object.values(labels).join(' ')).replace(
    /\{\{(\w+)\}\}/g,
    (_, label: string) => labels[label] ?? '',
  )

async function linesOf(panel: PanelSpec, options: BoardOptions): Promise<Named[]> {
  const { startMs, endMs, rateInterval, service, change = (expr: string) => expr } = options
  const all: Named[] = []
  for (const { expr, legend } of panel.queries) {
    const query = change(expr)
      .replaceAll('$__rate_interval', rateInterval)
      .replaceAll('$__range', `${Math.round((endMs - startMs) / 1000)}s`)
      .replaceAll('$service', service)
    for (const line of await readLines(options.prometheusUrl, { ...options, query })) {
      all.push({ ...line, name: nameOf(legend, line.labels) })
    }
  }
  return all
}

/** The newest value that is one: of nothing at all there is no share. */
const last = ({ samples }: Line): number =>
  samples.findLast(({ value }) => Number.isFinite(value))?.value ?? Number.NaN

const hasValue = (line: Line): boolean => !Number.isNaN(last(line))

const text = (x: number, y: number, content: string, attributes = 'class="text"'): string =>
  `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`

/** As many signs as there is room for. */
const cut = (content: string, width: number): string => {
  const most = Math.floor(width / 6.4)
  return content.length > most ? `${content.slice(0, most - 1)}…` : content
}

function content(
  panel: PanelSpec,
  lines: readonly Named[],
  options: BoardOptions,
  box: Box,
): string {
  const format = inUnit(panel.unit)
  const { x, y, width, height } = box
  if (panel.kind === 'number') {
    const [first] = lines
    return first
      ? text(x + 12, y + 66, format(last(first)), 'class="title" font-size="26"')
      : text(x + 12, y + 60, 'no data')
  }
  if (!lines.length) return text(x + 12, y + 60, 'no data')
  if (panel.kind === 'table') {
    const rows = lines.toSorted((a, b) => last(b) - last(a)).slice(0, 6)
    return rows
      .map(
        (line, at) =>
          text(x + 12, y + 50 + 19 * at, cut(line.name, width - 90)) +
          text(
            x + width - 12,
            y + 50 + 19 * at,
            format(last(line)),
            'class="text" text-anchor="end"',
          ),
      )
      .join('\n')
  }
  const names = lines.slice(0, MOST_NAMES).map((line, at) => {
    const left = x + 12 + ((width - 24) / Math.min(MOST_NAMES, lines.length)) * at
    const room = (width - 24) / Math.min(MOST_NAMES, lines.length) - 16
    return (
      `<rect x="${left.toFixed(0)}" y="${y + height - 17}" width="9" height="3" fill="${COLORS[at % COLORS.length]}"/>` +
      text(Math.round(left + 13), y + height - 12, cut(line.name, room), 'class="tick"')
    )
  })
  const limit = panel.limit && thresholds.limits[panel.limit].limit
  const chart = drawChart(lines, {
    box: { x: x + 62, y: y + 34, width: width - 78, height: height - 66 },
    startMs: options.startMs,
    endMs: options.endMs,
    format,
    limit: limit || undefined,
  })
  return [chart, ...names].join('\n')
}

/** A dashboard as a picture, from what Prometheus answers to its panels. Those of other sources are left out. */
export async function drawBoard(board: Board, options: BoardOptions): Promise<string> {
  const parts: string[] = []
  let y = GAP
  for (const row of board.rows) {
    const panels = row.panels.filter(({ source = 'prometheus' }) => source === 'prometheus')
    if (!panels.length) continue
    parts.push(text(GAP, y + 20, row.title, 'class="title" font-size="14"'))
    y += ROW
    let [column, tallest] = [0, 0]
    for (const panel of panels) {
      if (column + panel.width > 24) {
        y += tallest + GAP
        column = 0
        tallest = 0
      }
      const box = {
        x: column * COLUMN + GAP / 2,
        y,
        width: panel.width * COLUMN - GAP,
        height: HEIGHTS[panel.kind],
      }
      parts.push(
        `<rect x="${box.x}" y="${y}" width="${box.width}" height="${box.height}" fill="none" stroke="#d8d8d8" rx="3"/>`,
        text(box.x + 12, y + 20, cut(panel.title, box.width - 20), 'class="title"'),
        content(panel, (await linesOf(panel, options)).filter(hasValue), options, box),
      )
      column += panel.width
      tallest = Math.max(tallest, box.height)
    }
    y += tallest + GAP
  }
  return picture(WIDTH, y, `The dashboard ${board.title}`, parts.join('\n'))
}
