import { afterAll, beforeAll } from 'vitest'
import type { DecodedMetric, DecodedSpan } from '../../support/otlp-records.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import type { RunningWorker } from '../../support/worker.ts'
import { startClassesWorker } from './start.ts'

export interface Harness {
  readonly worker: RunningWorker
  readonly sink: Sink
  /** The value that a route of the Worker answers with. */
  call(path: string, ...args: unknown[]): Promise<unknown>
  /** All spans, once there is one of each name, and no more come. */
  spans(...names: string[]): Promise<DecodedSpan[]>
  /** The points of a metric, summed up to one for each set of attributes, once there are any. */
  points(name: string): Promise<DecodedMetric['points']>
}

/** A Worker and its sink, for all tests of a file. */
export const useClassesWorker = (): Harness => {
  let sink: Sink
  let worker: RunningWorker
  beforeAll(async () => {
    sink = await startSink()
    worker = await startClassesWorker(sink)
  })
  afterAll(async () => {
    await worker?.stop()
    await sink?.close()
  })
  return {
    get worker() {
      return worker
    },
    get sink() {
      return sink
    },
    async call(path, ...args) {
      sink.clear()
      const [method, url] = path.split(' ') as [string, string]
      const response = await fetch(worker.url + url, {
        method,
        ...(method === 'POST' && { body: JSON.stringify(args) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${response.status} ${text}`)
      return text.startsWith('{') ? JSON.parse(text).value : text
    },
    async spans(...names) {
      await sink.waitFor(() => {
        const seen = new Set(sink.spans().map(({ name }) => name))
        return names.every((name) => seen.has(name))
      }, 10_000)
      // Parents end after their children; that of a Workflow's step perhaps never.
      await sink.waitFor(() => haveParents(sink.spans()), 2000).catch(() => {})
      // What comes too much would come now.
      await new Promise((resolve) => setTimeout(resolve, 150))
      return sink.spans()
    },
    async points(name) {
      const found = () => sink.metrics().filter((metric) => metric.name === name)
      await sink.waitFor(() => found().length > 0)
      return found().flatMap(({ points }) => points) as DecodedMetric['points']
    },
  }
}

const haveParents = (spans: readonly DecodedSpan[]): boolean => {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  return spans.every(({ parentSpanId }) => !parentSpanId || ids.has(parentSpanId))
}

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer']

/** The spans of one trace, a line each, children below their parents in the order of their start. */
export const treeOf = (spans: readonly DecodedSpan[], rootName: string): string[] => {
  const below = (parent: DecodedSpan, indent: string): string[] => [
    `${indent}${parent.name} (${KINDS[parent.kind]})`,
    ...spans
      .filter(({ traceId, parentSpanId }) => {
        return traceId === parent.traceId && parentSpanId === parent.spanId
      })
      .sort((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano))
      .flatMap((child) => below(child, `${indent}  `)),
  ]
  const root = spans.find(({ name }) => name === rootName)
  return root ? below(root, '') : []
}

export const spanNamed = (spans: readonly DecodedSpan[], name: string): DecodedSpan => {
  const span = spans.find((one) => one.name === name)
  if (!span) throw new Error(`no span ${name} among ${spans.map((one) => one.name).join(', ')}`)
  return span
}
