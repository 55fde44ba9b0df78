import { EventEmitter } from 'node:events'
import {
  type Context,
  type ContextManager,
  context,
  createContextKey,
  diag,
  ROOT_CONTEXT,
} from '@opentelemetry/api'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  AsyncContextManager,
  activeContext,
  registerContextManager,
  runWithContext,
} from '../../../src/context/async-context.ts'
import { ROOT } from '../../../src/context/context.ts'

const KEY = createContextKey('test async')
const ctx = ROOT.setValue(KEY, 'one')

/** Another library's manager: good enough for code that does not wait. */
class StackManager implements ContextManager {
  readonly stack: Context[] = []
  active(): Context {
    return this.stack.at(-1) ?? ROOT_CONTEXT
  }
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    target: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    this.stack.push(target)
    try {
      return fn.apply(thisArg, args)
    } finally {
      this.stack.pop()
    }
  }
  bind<T>(_context: Context, target: T): T {
    return target
  }
  enable(): this {
    return this
  }
  disable(): this {
    return this
  }
}

afterEach(() => {
  context.disable()
  new AsyncContextManager().disable()
  diag.disable()
})

describe('AsyncContextManager', () => {
  it('has the root context active outside of any', () => {
    expect(new AsyncContextManager().active()).toBe(ROOT)
  })

  it('passes the receiver and the arguments on and returns the result', () => {
    const manager = new AsyncContextManager()
    const receiver = { name: 'receiver' }
    const add = function (this: typeof receiver, a: number, b: number) {
      return [this.name, a + b, manager.active()]
    }
    expect(manager.with(ctx, add, receiver, 1, 2)).toEqual(['receiver', 3, ctx])
    expect(manager.with(ctx, (a: number) => [a, manager.active()], undefined, 4)).toEqual([4, ctx])
    expect(manager.with(ctx, () => manager.active())).toBe(ctx)
    expect(
      manager.with(
        ctx,
        function (this: typeof receiver) {
          return this
        },
        receiver,
      ),
    ).toBe(receiver)
  })

  it('restores the outer context after a return and after a throw', () => {
    const manager = new AsyncContextManager()
    manager.with(ctx, () => {
      expect(manager.with(ROOT, () => manager.active())).toBe(ROOT)
      expect(manager.active()).toBe(ctx)
      expect(() =>
        manager.with(ROOT, () => {
          throw new Error('inner')
        }),
      ).toThrow('inner')
      expect(manager.active()).toBe(ctx)
    })
    expect(manager.active()).toBe(ROOT)
  })

  it('follows awaits, timers and microtasks, and keeps concurrent flows apart', async () => {
    const manager = new AsyncContextManager()
    const flow = (target: Context) =>
      manager.with(target, async () => {
        const seen = [manager.active()]
        await Promise.resolve()
        seen.push(manager.active())
        await new Promise((resolve) => setTimeout(resolve, 1))
        seen.push(manager.active())
        await new Promise<void>((resolve) => queueMicrotask(resolve))
        seen.push(manager.active())
        return seen
      })
    const other = ROOT.setValue(KEY, 'two')
    const [first, second] = await Promise.all([flow(ctx), flow(other)])
    expect(first).toEqual([ctx, ctx, ctx, ctx])
    expect(second).toEqual([other, other, other, other])
    expect(manager.active()).toBe(ROOT)
  })

  it('binds functions with receiver, arguments and length', () => {
    const manager = new AsyncContextManager()
    const receiver = {
      method: manager.bind(ctx, function (this: unknown, a: number, b: number) {
        return [this, a, b, manager.active()]
      }),
    }
    expect(receiver.method(1, 2)).toEqual([receiver, 1, 2, ctx])
    expect(receiver.method.length).toBe(2)
  })

  it('returns event emitters and other values as they are', () => {
    const manager = new AsyncContextManager()
    for (const target of [new EventEmitter(), {}, 1, 'text', null, undefined]) {
      expect(manager.bind(ctx, target)).toBe(target)
    }
  })

  it('forgets running contexts when disabled', () => {
    const manager = new AsyncContextManager()
    manager.with(ctx, () => {
      expect(manager.enable().active()).toBe(ctx)
      expect(manager.disable().active()).toBe(ROOT)
    })
  })
})

describe('registerContextManager', () => {
  it('makes the API and the fast functions agree', async () => {
    registerContextManager()
    expect(activeContext()).toBe(ROOT)
    await runWithContext(ctx, async () => {
      await Promise.resolve()
      expect(context.active()).toBe(ctx)
      expect(activeContext()).toBe(ctx)
    })
    context.with(ctx, () => expect(activeContext()).toBe(ctx))
  })

  it('runs contexts made from the root of the API', () => {
    registerContextManager()
    const foreign = ROOT_CONTEXT.setValue(KEY, 'foreign')
    expect(runWithContext(foreign, () => activeContext().getValue(KEY))).toBe('foreign')
  })

  it('works through the API before it is called', () => {
    expect(activeContext()).toBe(ROOT_CONTEXT)
    expect(runWithContext(ctx, () => 'result')).toBe('result')
  })

  it('gives way to a manager that was there first, without a word', () => {
    const error = vi.fn()
    const quiet = () => {}
    diag.setLogger({ error, warn: error, info: quiet, debug: quiet, verbose: quiet })
    const other = new StackManager()
    context.setGlobalContextManager(other)
    registerContextManager()
    registerContextManager()
    expect(error).not.toHaveBeenCalled()
    expect(activeContext()).toBe(ROOT_CONTEXT)
    runWithContext(ctx, () => {
      expect(other.stack).toEqual([ctx])
      expect(activeContext()).toBe(ctx)
    })
    other.with(ctx, () => expect(activeContext()).toBe(ctx))
  })

  it('is done once, however often it is called', () => {
    const set = vi.spyOn(context, 'setGlobalContextManager')
    const active = vi.spyOn(context, 'active')
    try {
      registerContextManager()
      registerContextManager()
      expect(set).toHaveBeenCalledTimes(1)
      active.mockClear()
      expect(runWithContext(ctx, activeContext)).toBe(ctx)
      expect(active).not.toHaveBeenCalled()
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('can be done again after the API was disabled', () => {
    registerContextManager()
    context.disable()
    expect(runWithContext(ctx, activeContext)).toBe(ROOT_CONTEXT)
    registerContextManager()
    expect(runWithContext(ctx, () => context.active())).toBe(ctx)
  })

  it('passes errors through', () => {
    registerContextManager()
    expect(() =>
      runWithContext(ctx, () => {
        throw new Error('from the app')
      }),
    ).toThrow('from the app')
    expect(activeContext()).toBe(ROOT)
  })
})
