/** What is asked many times within one invocation, in a workerd of its own. */
export interface Subject {
  entry: URL
  path: string
  /** In one invocation. */
  times: number
}

/** What one thing costs: the difference between two subjects. */
export interface Difference {
  id: string
  title: string
  of: Subject
  over: Subject
  /** How many of the thing one of the times does. */
  each: number
  /** Microseconds that it should cost at most, or how many times the cost of another difference. */
  aim?: number | { times: number; id: string }
}

const TIMES = 500

const inner = (variant: string, path: string, times = TIMES): Subject => ({
  entry: new URL(`variants/${variant}.ts`, import.meta.url),
  path,
  times,
})

/** So many that what an invocation costs by itself, its export above all, is little of what each shows. */
const CALLS = 400

const binding = (how: 'raw' | 'again' | 'wrapped' | 'floor', kind: string): Subject => ({
  entry: new URL(`../bindings/${how === 'floor' ? 'floor' : 'worker'}.ts`, import.meta.url),
  path: `/${how}/${kind}`,
  times: CALLS,
})

/** A call of a binding, over the raw call. */
const call = (
  id: string,
  title: string,
  how: 'again' | 'wrapped' | 'floor',
  kind: string,
  aim?: Difference['aim'],
): Difference => ({
  id,
  title,
  of: binding(how, kind),
  over: binding('raw', kind),
  each: 1,
  ...(aim !== undefined && { aim }),
})

const JSON_ROUTE = '/orders/7'

const request = (
  id: string,
  title: string,
  variant: string,
  path: string,
  aim?: Difference['aim'],
): Difference => ({
  id,
  title,
  of: inner(variant, path),
  over: inner('empty', path),
  each: 1,
  ...(aim !== undefined && { aim }),
})

/** As many spans in one invocation as the other rows have, or nearly, so that no queue is full. */
const children = (count: number): Difference => {
  const times = Math.max(1, Math.floor(TIMES / count))
  return {
    id: `children-${count}`,
    title: `a child span, ${count} in a request`,
    of: inner('traces-metrics', `/children/${count}`, times),
    over: inner('traces-metrics', '/children/0', times),
    each: count,
    aim: 4,
  }
}

/** The first is a pair of the same, and shows what the machine makes up. */
export const DIFFERENCES: readonly Difference[] = [
  request('again', 'an empty middleware, once more', 'again', JSON_ROUTE),
  request('floor', 'floor with what we promise', 'floor-promises', JSON_ROUTE),
  request('metrics', 'ours: traces, metrics', 'traces-metrics', JSON_ROUTE, {
    times: 1.4,
    id: 'floor',
  }),
  request('all', 'ours: traces, metrics, logs to a file', 'all', JSON_ROUTE, 40),
  request('floor-sse', 'floor, five events by `streamSSE`', 'floor-promises', '/events'),
  request('sse', 'ours, five events by `streamSSE`', 'traces-metrics', '/events', 55),
  request('floor-stream', 'floor, five chunks of another stream', 'floor-stream', '/stream'),
  request('stream', 'ours, five chunks of another stream', 'traces-metrics', '/stream', 65),
  request('floor-error', 'floor, a handler that throws', 'floor-promises', '/boom'),
  request('error', 'ours, a handler that throws', 'traces-metrics', '/boom', {
    times: 1.6,
    id: 'floor-error',
  }),
  children(10),
  call('again-kv', 'a raw KV get, once more', 'again', 'kv'),
  call('floor-kv', 'floor, a KV get', 'floor', 'kv'),
  call('kv', 'ours, a KV get', 'wrapped', 'kv', 20),
  call('again-d1', 'a raw D1 query, once more', 'again', 'd1'),
  call('floor-d1', 'floor, a D1 query', 'floor', 'd1'),
  call('d1', 'ours, a D1 query', 'wrapped', 'd1', 35),
  call('floor-kv-stub', 'floor, a get of what answers at once', 'floor', 'kv-stub'),
  call('kv-stub', 'ours, a get of what answers at once', 'wrapped', 'kv-stub', 20),
  call('floor-d1-stub', 'floor, a query of what answers at once', 'floor', 'd1-stub'),
  call('d1-stub', 'ours, a query of what answers at once', 'wrapped', 'd1-stub', 35),
]

/** More spans than one would make, for whether the cost of each stays. Measured only when asked for. */
const GROWTH: readonly Difference[] = [1, 100, 1000].map(children)

/** The differences of these ids, and those that they are compared with. */
export const differencesOf = (ids: string | undefined): readonly Difference[] => {
  if (ids === undefined) return DIFFERENCES
  const wanted = ids.split(',')
  const all = [...DIFFERENCES, ...GROWTH]
  const unknown = wanted.find((id) => !all.some((one) => one.id === id))
  if (unknown !== undefined) {
    throw new Error(
      `Cannot measure: \`--rows\` must be among ${all.map(({ id }) => id).join()}, received ${unknown}`,
    )
  }
  const needed = all.flatMap(({ id, aim }) =>
    wanted.includes(id) && typeof aim === 'object' ? aim.id : [],
  )
  return all.filter(({ id }) => id === 'again' || wanted.includes(id) || needed.includes(id))
}
