import { context, createContextKey, trace } from '@opentelemetry/api'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  activeContext,
  registerContextManager,
  runWithContext,
} from '../../src/context/async-context.ts'
import { ROOT } from '../../src/context/context.ts'
import { extractHeaders } from '../../src/context/headers.ts'
import { W3CPropagator } from '../../src/context/propagator.ts'
import { injectHeaders } from '../support/inject-headers.ts'

const W3C = new W3CPropagator(['tracecontext', 'baggage'])

const KEY = createContextKey('test workerd')
const contextOf = (name: string) => ROOT.setValue(KEY, name)
const active = () => activeContext().getValue(KEY)

beforeAll(registerContextManager)

describe('the active context inside workerd', () => {
  it('is ours to register', () => {
    const ctx = contextOf('own')
    expect(runWithContext(ctx, () => context.active())).toBe(ctx)
    expect(context.with(ctx, activeContext)).toBe(ctx)
    expect(activeContext()).toBe(ROOT)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['an await', () => Promise.resolve()],
    ['a timer', () => new Promise((resolve) => setTimeout(resolve, 1))],
    ['a microtask', () => new Promise<void>((resolve) => queueMicrotask(resolve))],
    ['a stream', () => new Response(new Response('body').body).text()],
    ['a digest', () => crypto.subtle.digest('SHA-256', new Uint8Array(1))],
    ['Promise.all', () => Promise.all([Promise.resolve(), scheduler.wait(1)])],
  ])('follows %s', async (_, wait) => {
    const seen = await runWithContext(contextOf('one'), async () => {
      const before = active()
      await wait()
      return [before, active()]
    })
    expect(seen).toEqual(['one', 'one'])
    expect(active()).toBeUndefined()
  })

  it('follows callbacks of timers and promises', async () => {
    const seen = await runWithContext(contextOf('one'), () =>
      Promise.all([
        new Promise((resolve) => setTimeout(() => resolve(active()), 1)),
        Promise.resolve().then(active),
        Promise.reject(new Error('expected')).catch(active),
        Promise.resolve().finally(active).then(active),
      ]),
    )
    expect(seen).toEqual(['one', 'one', 'one', 'one'])
  })

  it('keeps concurrent flows apart', async () => {
    const flow = (name: string, waitMs: number) =>
      runWithContext(contextOf(name), async () => {
        const seen: unknown[] = []
        for (let i = 0; i < 3; i++) {
          await scheduler.wait(waitMs)
          seen.push(active())
        }
        return seen
      })
    const names = Array.from({ length: 10 }, (_, i) => `flow ${i}`)
    const results = await Promise.all(names.map((name, i) => flow(name, (i % 3) + 1)))
    expect(results).toEqual(names.map((name) => [name, name, name]))
  })

  it('stays bound to a function and is restored after a throw', () => {
    const bound = context.bind(contextOf('bound'), active)
    runWithContext(contextOf('outer'), () => {
      expect(bound()).toBe('bound')
      expect(() =>
        runWithContext(contextOf('inner'), () => {
          throw new Error('inner')
        }),
      ).toThrow('inner')
      expect(active()).toBe('outer')
    })
  })

  it('is forgotten when the API is disabled, and can be registered again', () => {
    runWithContext(contextOf('old'), () => {
      context.disable()
      registerContextManager()
      expect(activeContext()).toBe(ROOT)
    })
    expect(runWithContext(contextOf('new'), active)).toBe('new')
  })
})

describe('propagation inside workerd', () => {
  const ids = '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7'

  it('carries headers of one request to another', () => {
    const request = new Request('https://example.com', {
      headers: [
        ['traceparent', ` 00-${ids}-03 `],
        ['tracestate', 'foo=1'],
        ['tracestate', 'bar=2'],
        ['baggage', 'user=Am%C3%A9lie'],
      ],
    })
    const sent = new Headers()
    injectHeaders(W3C, extractHeaders(W3C, request.headers, ROOT), sent, true)
    expect(Object.fromEntries(sent)).toEqual({
      traceparent: `00-${ids}-03`,
      tracestate: 'foo=1,bar=2',
      baggage: 'user=Am%C3%A9lie',
    })
  })

  it('refuses a traceparent sent twice', () => {
    const headers = new Headers()
    headers.append('traceparent', `00-${ids}-01`)
    headers.append('traceparent', `00-${ids}-01`)
    expect(trace.getSpanContext(extractHeaders(W3C, headers, ROOT))).toBeUndefined()
  })
})
