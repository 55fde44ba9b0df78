export const FRAME_HEIGHT = 20

/** A box of a flame graph. */
export interface Box {
  name: string
  depth: number
  /** Of the whole width, 0 to 1. */
  left: number
  width: number
  /** Drawn as a failure when there are any. */
  errors: number
}

/** How boxes are drawn. */
export interface FlameLook<B extends Box> {
  width: number
  levels: number
  /** What fills the whole width; undefined for all of it. */
  root: B | undefined
  chosen: B | undefined
  /** Undefined when nothing is looked for. */
  isFound: (frame: B) => boolean | undefined
  /** The class that gives a frame its colour. */
  colourOf: (frame: B) => string
}

/** Narrower boxes cannot be seen. */
const LEAST_PX = 0.5
const LEAST_FOR_TEXT_PX = 30
/** Browsers draw no higher canvas. */
const CANVAS_HEIGHT_MAX = 16_000

/** Draws boxes with their names in them, cut where they end. */
export function drawFlame<B extends Box>(
  canvas: HTMLCanvasElement,
  frames: readonly B[],
  look: FlameLook<B>,
): void {
  const { width, levels, root, chosen } = look
  const height = Math.min(CANVAS_HEIGHT_MAX, levels * FRAME_HEIGHT)
  const ratio = Math.min(window.devicePixelRatio || 1, CANVAS_HEIGHT_MAX / height)
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  const context = canvas.getContext('2d')
  if (!context) return
  context.scale(ratio, ratio)
  const style = getComputedStyle(canvas)
  const [text, bad, surface] = ['--text', '--bad', '--surface'].map((name) =>
    colourIn(canvas, name),
  )
  context.font = `12px ${style.fontFamily}`
  context.textBaseline = 'middle'
  const own = new Map<string, string>()
  for (const frame of frames) {
    const [left, frameWidth] = placeOf(frame, root)
    const [x, w] = [left * width, frameWidth * width]
    if (w < LEAST_PX || x > width || x + w < 0) continue
    const y = frame.depth * FRAME_HEIGHT
    const shownX = Math.max(0, x)
    const shownWidth = Math.min(width, x + w) - shownX
    const className = look.colourOf(frame)
    const colour = own.get(className) ?? colourIn(canvas, '--own', className)
    own.set(className, colour)
    context.fillStyle = surface ?? ''
    context.fillRect(shownX, y, shownWidth, FRAME_HEIGHT - 1)
    context.globalAlpha = look.isFound(frame) === false ? 0.12 : 0.42
    context.fillStyle = (frame.errors > 0 ? bad : colour) ?? ''
    context.fillRect(shownX, y, Math.max(0.5, shownWidth - 1), FRAME_HEIGHT - 1)
    context.globalAlpha = 1
    if (frame === chosen) {
      context.strokeStyle = text ?? ''
      context.lineWidth = 2
      context.strokeRect(shownX + 1, y + 1, Math.max(1, shownWidth - 3), FRAME_HEIGHT - 3)
    }
    if (shownWidth < LEAST_FOR_TEXT_PX) continue
    context.save()
    context.beginPath()
    context.rect(shownX, y, shownWidth - 4, FRAME_HEIGHT)
    context.clip()
    context.fillStyle = text ?? ''
    context.fillText(frame.name.slice(0, 200) || '(unnamed)', shownX + 4, y + FRAME_HEIGHT / 2)
    context.restore()
  }
}

/** Left and width of a frame, in shares of what is shown. */
function placeOf(frame: Box, root: Box | undefined): [left: number, width: number] {
  if (!root || root.width <= 0) return [frame.left, frame.width]
  // What is above the root is drawn over the whole width, and cut.
  return [(frame.left - root.left) / root.width, frame.width / root.width]
}

/** The frame at a place, by its share of the width and its level. */
export function frameAt<B extends Box>(
  frames: readonly B[],
  root: B | undefined,
  share: number,
  depth: number,
): B | undefined {
  return frames.find((frame) => {
    if (frame.depth !== depth) return false
    const [left, width] = placeOf(frame, root)
    return share >= left && share < left + width
  })
}

function colourIn(canvas: HTMLCanvasElement, name: string, className = ''): string {
  const probe = document.createElement('i')
  probe.className = className
  probe.style.color = `var(${name})`
  canvas.after(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
