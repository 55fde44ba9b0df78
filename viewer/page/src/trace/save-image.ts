import type { TraceRow } from './trace-rows.ts'
import { type Drawing, heightOf, traceSvg } from './trace-svg.ts'

/** Browsers draw no higher canvas. */
const CANVAS_HEIGHT_MAX = 16_000
const WIDTH = 1400

/** A drawing without its colours, which are those of the page. */
export type Plan = Omit<Drawing, 'colours' | 'colourOf'> & {
  /** The class that gives a row its colour. */
  classOf: (row: TraceRow) => string
}

/** Saves a waterfall as a file, in the colours that the page has now. */
export async function saveImage(plan: Plan, format: 'svg' | 'png', name: string): Promise<void> {
  const svg = traceSvg(withColours(plan))
  const blob =
    format === 'svg'
      ? new Blob([svg], { type: 'image/svg+xml' })
      : await drawn(svg, heightOf(plan.rows.length))
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = `${name}.${format}`
  link.click()
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

function withColours(plan: Plan): Drawing {
  const probe = document.createElement('i')
  document.body.append(probe)
  const colourIn = (value: string, className = ''): string => {
    probe.className = className
    probe.style.color = value
    return getComputedStyle(probe).color
  }
  const known = new Map<string, string>()
  const own = (className: string): string => {
    const colour = known.get(className) ?? colourIn('var(--own)', className)
    known.set(className, colour)
    return colour
  }
  const colours = {
    text: colourIn('var(--text)'),
    muted: colourIn('var(--muted)'),
    line: colourIn('var(--line)'),
    background: colourIn('var(--surface)'),
    bad: colourIn('var(--bad)'),
  }
  const classes = new Set(plan.rows.map(plan.classOf))
  for (const each of classes) own(each)
  probe.remove()
  return {
    ...plan,
    colours,
    colourOf: (row) =>
      row.kind === 'span' && row.span.status === 'error' ? colours.bad : own(plan.classOf(row)),
  }
}

async function drawn(svg: string, height: number): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const scale = Math.min(2, CANVAS_HEIGHT_MAX / height)
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(WIDTH * scale)
  canvas.height = Math.round(height * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('Cannot draw the image'))))
  })
}
