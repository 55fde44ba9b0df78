import { MalformedRequest, object } from '../otlp/shape.ts'
import type { ProfileFrame, ProfileNode } from './profile.ts'

const MAX_NODES = 200_000
const MAX_NAME_LENGTH = 300
const MAX_FILE_LENGTH = 1000

/** Puts a tree of calls together, parents first. What has the same function and the same caller is one node. */
export class ProfileTree {
  readonly frames: ProfileFrame[] = []
  readonly #known = new Map<string, number>()
  readonly #nodes: { frame: number; parent: number; self: number }[] = []
  readonly #byPlace = new Map<string, number>()

  /** The node of a V8 call frame below another; makes it when it is new. */
  node(callFrame: unknown, parent: number): number {
    const frame = this.#frame(callFrame)
    const place = `${parent} ${frame}`
    const known = this.#byPlace.get(place)
    if (known !== undefined) return known
    const index = this.#nodes.push({ frame, parent, self: 0 }) - 1
    if (index >= MAX_NODES) {
      throw new MalformedRequest(`A profile has at most ${MAX_NODES} places in its tree of calls`)
    }
    this.#byPlace.set(place, index)
    return index
  }

  add(node: number, self: number): void {
    const found = this.#nodes[node]
    if (found) found.self += self
  }

  /** Thousandths are enough. */
  nodes(): ProfileNode[] {
    return this.#nodes.map(({ frame, parent, self }) => [frame, parent, rounded(self)])
  }

  #frame(callFrame: unknown): number {
    const { functionName, url, lineNumber } = object(callFrame, 'callFrame')
    const frame = {
      name: text(functionName, MAX_NAME_LENGTH) || '(anonymous)',
      file: text(url, MAX_FILE_LENGTH),
      line: Number.isSafeInteger(lineNumber) ? Math.max(0, Number(lineNumber) + 1) : 0,
    }
    const key = `${frame.name}\0${frame.file}\0${frame.line}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const index = this.frames.push(frame) - 1
    this.#known.set(key, index)
    return index
  }
}

export const rounded = (value: number): number => Math.round(value * 1000) / 1000

const text = (value: unknown, length: number): string =>
  typeof value === 'string' ? value.slice(0, length) : ''
