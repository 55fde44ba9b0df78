import { expect } from 'vitest'
import type { RunningWorker } from '../../support/worker.ts'
import { startBindingsWorker } from './start.ts'

export interface Span {
  name: string
  kind: number
  traceId: string
  spanId: string
  parentId?: string
  status: number
  attributes: Record<string, unknown>
}

export const INTERNAL = 0
export const CLIENT = 2
export const PRODUCER = 3
export const CONSUMER = 4
export const ERROR = 2

/** A running Worker, whose cases are in ../../workerd/bindings-worker/cases.ts. */
export interface Harness {
  readonly worker: RunningWorker
  /** The spans that have ended since the last call. */
  spans(): Promise<Span[]>
  /** What a request answers with. */
  call(path: string): Promise<unknown>
  /** The spans that one case makes on the wrapped environment, each a child of the server span. */
  spansOf(name: string): Promise<Span[]>
  namesOf(name: string): Promise<string[]>
}

export const startHarness = async (): Promise<Harness> => {
  const worker = await startBindingsWorker()

  const spans = async (): Promise<Span[]> => (await fetch(`${worker.url}/spans`)).json()

  const call = async (path: string): Promise<unknown> => {
    const response = await fetch(worker.url + path)
    const text = await response.text()
    expect(response.status, text).toBe(200)
    return JSON.parse(text).value
  }

  const spansOf = async (name: string): Promise<Span[]> => {
    await spans()
    await call(`/wrapped/${name}`)
    const all = await spans()
    const server = all.find((span) => span.name === 'GET /wrapped/:name')
    const children = all.filter(({ traceId, kind }) => traceId === server?.traceId && kind !== 1)
    expect(children.filter(({ parentId }) => parentId !== server?.spanId)).toEqual([])
    return children
  }

  const namesOf = async (name: string): Promise<string[]> =>
    (await spansOf(name)).map((span) => span.name)

  return { worker, spans, call, spansOf, namesOf }
}
