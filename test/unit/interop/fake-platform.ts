import { AsyncLocalStorage } from 'node:async_hooks'

/** One thing that the platform was told. */
export type Told = readonly [span: string, method: string, ...args: unknown[]]

export interface FakeSpan {
  readonly name: string
  readonly isTraced: boolean
  spanContext(): { traceId: string; spanId: string; traceFlags: number }
}

export interface FakePlatform {
  /** What a Worker has as `ctx.tracing`. */
  readonly tracing: {
    getActiveSpan(): FakeSpan
    startSpan(name: string): FakeSpan
    withActiveSpan<T>(span: FakeSpan, fn: () => T): T
  }
  readonly told: Told[]
  /** The spans that were begun, with the names of those they are below. */
  readonly begun: readonly (readonly [name: string, parent: string])[]
  /** What was told of one span. */
  of(span: string): Told[]
  /** From now on its objects throw, as in another invocation. */
  leave(): void
}

export const PLATFORM_TRACE = 'ab'.repeat(16)

/** Behaves as workerd 1.20261117 does. */
export const fakePlatform = ({
  isTraced = true,
  ids = isTraced,
}: {
  isTraced?: boolean
  ids?: boolean
} = {}): FakePlatform => {
  const told: Told[] = []
  const begun: [string, string][] = []
  const active = new AsyncLocalStorage<FakeSpan>()
  let isLeft = false
  let count = 0
  const reach = (): void => {
    if (isLeft) throw new Error('Cannot perform I/O on behalf of a different request.')
  }
  const start = (name: string): FakeSpan => {
    const traceId = ids ? PLATFORM_TRACE : '0'.repeat(32)
    const spanId = ids ? String(++count).padStart(16, '0') : '0'.repeat(16)
    const tell =
      (method: string) =>
      (...args: unknown[]): void => {
        reach()
        told.push([name, method, ...args.map((arg) => structuredClone(arg))])
      }
    const methods = ['setAttributes', 'updateName', 'setStatus', 'recordException', 'end']
    return {
      name,
      get isTraced(): boolean {
        reach()
        return isTraced
      },
      spanContext: () => ({ traceId, spanId, traceFlags: 0 }),
      ...Object.fromEntries(methods.map((method) => [method, tell(method)])),
    }
  }
  const root = start('root')
  return {
    told,
    begun,
    of: (name) => told.filter(([of]) => of === name),
    leave() {
      isLeft = true
    },
    tracing: {
      getActiveSpan: () => active.getStore() ?? root,
      startSpan(name) {
        reach()
        begun.push([name, (active.getStore() ?? root).name])
        return start(name)
      },
      withActiveSpan(span, fn) {
        reach()
        return active.run(span, fn)
      },
    },
  }
}
