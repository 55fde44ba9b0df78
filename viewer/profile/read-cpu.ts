import { type Json, list, MalformedRequest, object } from '../otlp/shape.ts'
import { workWithin } from './idle-gaps.ts'
import type { Profile } from './profile.ts'
import { ProfileTree, rounded } from './tree.ts'

/** The time in which nothing ran. */
const IDLE = '(idle)'

/** Not a function: the top of every stack. */
const ROOT = '(root)'

const MAX_SLOTS = 10_000
const MAX_DURATION_MS = 3_600_000

interface Source {
  callFrame: Json
  children: number[]
}

/** Of a node of the file: in the tree, or none where no function is. */
const NOWHERE: number = -1

/** @throws MalformedRequest when it is no tree, or too much. */
export function readCpuProfile(file: Json): Profile {
  const durationMs = (number(file.endTime) - number(file.startTime)) / 1000
  if (!(durationMs >= 0 && durationMs <= MAX_DURATION_MS)) {
    throw new MalformedRequest(
      'A CPU profile must have `startTime` before `endTime`, by an hour at most',
    )
  }
  const sources = sourcesOf(file)
  const tree = new ProfileTree()
  const places = placesOf(sources, tree)
  const samples = list(file.samples, 'samples')
  if (samples.length === 0) throw new MalformedRequest('A CPU profile must have `samples`')
  const deltas = list(file.timeDeltas, 'timeDeltas').map(
    (delta) => Math.max(0, number(delta) || 0) / 1000,
  )
  const stepMs = Math.max(1, Math.ceil(durationMs / MAX_SLOTS))
  const busy = new Array<number>(Math.ceil(durationMs / stepMs)).fill(0)
  const workOf = workWithin(deltas.slice(1, samples.length))
  let fromMs = 0
  for (const [at, id] of samples.entries()) {
    fromMs = Math.min(durationMs, fromMs + (deltas[at] ?? 0))
    // A sample stands for the time until the next, the last until the end.
    const isLast = at === samples.length - 1
    const toMs = isLast ? durationMs : Math.min(durationMs, fromMs + (deltas[at + 1] ?? 0))
    const place = places.get(number(id)) ?? NOWHERE
    if (place === NOWHERE) continue
    const workMs = workOf(toMs - fromMs)
    tree.add(place, workMs)
    fill(busy, stepMs, fromMs, fromMs + workMs)
  }
  return {
    kind: 'cpu',
    unit: 'ms',
    durationMs: rounded(durationMs),
    frames: tree.frames,
    nodes: tree.nodes(),
    busy: busy.map(rounded),
    stepMs,
  }
}

/** The nodes of the file by their ids. */
function sourcesOf(file: Json): Map<number, Source> {
  return new Map(
    list(file.nodes, 'nodes').map((each) => {
      const { id, callFrame, children } = object(each, 'node')
      const source = {
        callFrame: object(callFrame, 'callFrame'),
        children: list(children, 'children').map(number),
      }
      return [number(id), source]
    }),
  )
}

/** Where each node of the file is in the tree. No recursion: stacks may be deep. */
function placesOf(sources: ReadonlyMap<number, Source>, tree: ProfileTree): Map<number, number> {
  const below = new Set([...sources.values()].flatMap(({ children }) => children))
  const open = [...sources.keys()]
    .filter((id) => !below.has(id))
    .map((id) => [id, NOWHERE] as const)
  const places = new Map<number, number>()
  for (let next = open.pop(); next; next = open.pop()) {
    const [id, caller] = next
    const source = sources.get(id)
    if (!source || places.has(id)) throw new MalformedRequest('`nodes` must be a tree')
    const { functionName } = source.callFrame
    const isFunction = functionName !== ROOT && functionName !== IDLE
    const place = isFunction ? tree.node(source.callFrame, caller) : NOWHERE
    places.set(id, place)
    for (const child of source.children) open.push([child, place])
  }
  if (places.size < sources.size) throw new MalformedRequest('`nodes` must be a tree')
  return places
}

/** Adds a stretch of time to the slots it lies in. */
function fill(slots: number[], stepMs: number, fromMs: number, toMs: number): void {
  for (
    let slot = Math.floor(fromMs / stepMs);
    slot * stepMs < toMs && slot < slots.length;
    slot++
  ) {
    const within = Math.min(toMs, (slot + 1) * stepMs) - Math.max(fromMs, slot * stepMs)
    slots[slot] = (slots[slot] ?? 0) + within
  }
}

const number = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN
