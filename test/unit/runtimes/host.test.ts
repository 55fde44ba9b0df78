import { describe, expect, it, vi } from 'vitest'
import { ownWaiter } from '../../../src/invocation/own-waiter.worker.ts'
import * as host from '../../../src/runtimes/host.ts'
import * as worker from '../../../src/runtimes/host.worker.ts'

describe('what Workers get in place of what only a process needs', () => {
  it('has the same names, for the same kinds of things', () => {
    const kinds = (module: object): string[] =>
      Object.entries(module)
        .map(([name, value]) => `${name}: ${typeof value}`)
        .toSorted()
    expect(kinds(worker)).toEqual(kinds(host))
  })

  it('does nothing', () => {
    const on = vi.spyOn(process, 'prependListener')
    expect(ownWaiter()).toBeUndefined()
    worker.flushItself()
    expect(on).not.toHaveBeenCalled()
    expect(worker.platformResource()).toBeUndefined()
    expect(worker.nativeTelemetry()).toEqual({ traces: false, metrics: false })
  })
})
