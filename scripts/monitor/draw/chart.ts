import type { Line } from '../game-day/samples.ts'

/** Where a chart is in its picture, in pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface ChartOptions {
  readonly box: Box
  readonly startMs: number
  readonly endMs: number
  /** Writes a value beside its line. */
  readonly format: (value: number) => string
  /** The greatest value that there is room for, at least. */
  readonly atLeast?: number
  /** A limit, drawn as a dashed line. */
  readonly limit?: number | undefined
  readonly stacked?: boolean
}

/** Colours that are told apart by people who see few of them, too (Okabe and Ito). */
export const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7a6a00']

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const pixel = (value: number): string => String(Number(value.toFixed(1)))

/** Where a time is in a chart. */
export const timeScale =
  ({ box, startMs, endMs }: Pick<ChartOptions, 'box' | 'startMs' | 'endMs'>) =>
  (atMs: number): number =>
    box.x + ((atMs - startMs) / (endMs - startMs)) * box.width

/** A greatest value that reads well: 1, 2 or 5 times a power of ten. */
const rounded = (most: number): number => {
  if (!(most > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10, 20].map((times) => times * power).find((each) => each >= most * 1.02) ?? most
}

/** Points of a line, in parts: where there is no value, there is a gap. */
const parts = (
  samples: Line['samples'],
  gapMs: number,
): (readonly { atMs: number; value: number }[])[] => {
  const found: { atMs: number; value: number }[][] = []
  let lastMs = Number.NEGATIVE_INFINITY
  for (const sample of samples) {
    if (!Number.isFinite(sample.value)) continue
    if (sample.atMs - lastMs > gapMs) found.push([])
    found.at(-1)?.push(sample)
    lastMs = sample.atMs
  }
  return found
}

/** Lines over time as SVG, with an axis of values and nothing else around them. */
export function drawChart(lines: readonly Line[], options: ChartOptions): string {
  const { box, format, atLeast = 0, limit } = options
  const values = lines.flatMap(({ samples }) => samples.map(({ value }) => value))
  const most = rounded(
    Math.max(atLeast, limit ?? 0, ...values.filter((value) => Number.isFinite(value))),
  )
  const x = timeScale(options)
  const y = (value: number): number =>
    box.y + box.height - (Math.max(0, Math.min(value, most)) / most) * box.height
  const grid = [0, 0.5, 1].map((part) => {
    const at = pixel(y(part * most))
    return (
      `<line x1="${box.x}" y1="${at}" x2="${box.x + box.width}" y2="${at}" class="grid"/>` +
      `<text x="${box.x - 6}" y="${pixel(y(part * most) + 4)}" class="tick" text-anchor="end">${escaped(format(part * most))}</text>`
    )
  })
  const stepMs = Math.min(
    ...lines.flatMap(({ samples }) =>
      samples.slice(1).map(({ atMs }, at) => atMs - (samples[at]?.atMs ?? 0)),
    ),
  )
  const drawn = lines.flatMap(({ samples }, at) =>
    parts(samples, stepMs * 1.5).map((part) => {
      const points = part.map(({ atMs, value }) => `${pixel(x(atMs))},${pixel(y(value))}`)
      const color = COLORS[at % COLORS.length]
      return points.length > 1
        ? `<polyline points="${points.join(' ')}" stroke="${color}" class="line"/>`
        : `<circle cx="${points[0]?.split(',')[0]}" cy="${points[0]?.split(',')[1]}" r="1.5" fill="${color}"/>`
    }),
  )
  const mark =
    limit === undefined
      ? ''
      : `<line x1="${box.x}" y1="${pixel(y(limit))}" x2="${box.x + box.width}" y2="${pixel(y(limit))}" class="limit"/>`
  return [...grid, mark, ...drawn].filter(Boolean).join('\n')
}

/** A picture: white, whatever the page around it is. */
export const picture = (width: number, height: number, title: string, content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">
<title>${escaped(title)}</title>
<style>
.grid { stroke: #e3e3e3; }
.tick { fill: #6b6b6b; font-size: 10px; }
.line { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
.limit { stroke: #b00020; stroke-dasharray: 4 3; }
.title { font-weight: 600; fill: #1a1a1a; }
.text { fill: #444; }
</style>
<rect width="100%" height="100%" fill="#fff"/>
${content}
</svg>
`
