import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useColourChanges } from '../app/theme.ts'
import { useWidth } from '../data/use-width.ts'
import { ScrollBox } from '../parts/scroll-box.tsx'
import { type Box, drawFlame, type FlameLook, FRAME_HEIGHT, frameAt } from './draw-flame.ts'

interface FlamePictureProps<B extends Box> extends Omit<FlameLook<B>, 'width'> {
  frames: readonly B[]
  /** When one of them is another, what is found or coloured is. */
  drawnAgainFor: readonly unknown[]
  /** What the picture shows, and where the same is in words. */
  label: string
  onHover: (frame: B | undefined) => void
  onChoose: (frame: B | undefined) => void
  /** To be seen alone, over the whole width. */
  onAlone: (frame: B | undefined) => void
}

/** Boxes above each other, as wide as what they stand for. */
export function FlamePicture<B extends Box>(props: FlamePictureProps<B>): VNode {
  const { frames, levels, root, chosen, label, onHover, onChoose, onAlone } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const box = useRef<HTMLElement>(null)
  const width = useWidth(box)
  const colours = useColourChanges()
  useEffect(() => {
    if (!canvas.current) return
    const { isFound, colourOf } = props
    drawFlame(canvas.current, frames, { width, levels, root, chosen, isFound, colourOf })
  }, [frames, width, levels, root, chosen, colours, ...props.drawnAgainFor])
  const at = (event: MouseEvent): B | undefined =>
    frameAt(frames, root, event.offsetX / width, Math.floor(event.offsetY / FRAME_HEIGHT))
  return (
    <ScrollBox class="flame-box" label="Flame graph" box={box}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        style={{ height: `${levels * FRAME_HEIGHT}px` }}
        onPointerMove={(event) => onHover(at(event))}
        onPointerLeave={() => onHover(undefined)}
        onClick={(event) => onChoose(at(event))}
        onDblClick={(event) => onAlone(at(event))}
      />
    </ScrollBox>
  )
}
