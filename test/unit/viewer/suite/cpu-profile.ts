import type { Json } from './backend.ts'

/** A function of a profile: name and file. */
export const callFrame = (functionName: string, url = '', lineNumber = 2): Json => ({
  functionName,
  url,
  lineNumber,
  columnNumber: 0,
  scriptId: '1',
})

interface Place {
  name: string
  file?: string
  /** Numbers of places, from 0. */
  children?: number[]
}

/** A CPU profile as V8 writes it: a root, an idle place, and these places below the root unless they have a caller. */
export function cpuProfile(
  places: readonly Place[],
  samples: readonly (number | 'idle')[],
  everyMs = 10,
): Json {
  const id = (place: number): number => place + 3
  const called = new Set(places.flatMap(({ children = [] }) => children))
  const roots = places.map((_, at) => at).filter((at) => !called.has(at))
  return {
    nodes: [
      { id: 1, callFrame: callFrame('(root)', '', -1), children: [2, ...roots.map(id)] },
      { id: 2, callFrame: callFrame('(idle)', '', -1) },
      ...places.map(({ name, file = 'app.ts', children = [] }, at) => ({
        id: id(at),
        callFrame: callFrame(name, file),
        children: children.map(id),
      })),
    ],
    startTime: 5_000_000,
    endTime: 5_000_000 + samples.length * everyMs * 1000,
    samples: samples.map((place) => (place === 'idle' ? 2 : id(place))),
    // The first sample is taken at the start.
    timeDeltas: samples.map((_, at) => (at === 0 ? 0 : everyMs * 1000)),
  }
}
