import { describe, expect, it } from 'vitest'
import { LiveHub } from '../../../viewer/live/hub.ts'
import { liveStream } from '../../../viewer/live/stream.ts'

const ALL = { traces: true, logs: true, severity: 0 }

function publish(hub: LiveHub, count: number): void {
  for (let i = 0; i < count; i++) {
    hub.publish({ type: 'log', services: ['s'], severity: 9, traceId: '', json: `{"n":${i}}` })
  }
}

const reading = (stream: ReadableStream<Uint8Array>) => {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  return {
    read: async () => ({ value: decoder.decode((await reader.read()).value) }),
    cancel: () => reader.cancel(),
  }
}

describe('the stream of a live tail', () => {
  it('holds 500 events for a reader that does not read, the newest', async () => {
    const hub = new LiveHub(() => 0)
    const stream = liveStream(hub, ALL, undefined)
    publish(hub, 1200)
    const { value = '' } = await reading(stream).read()
    expect(value).toContain('event: gap\ndata: {"reason":"slow","skipped":700}')
    expect(value.match(/event: log/g)).toHaveLength(500)
    expect(value).toContain('data: {"n":1199}')
    expect(value).not.toContain('data: {"n":699}')
  })

  it('says that it is still there when nothing happens', async () => {
    const reader = reading(liveStream(new LiveHub(() => 0), ALL, undefined, 5))
    expect((await reader.read()).value).toBe('retry: 2000\n\n')
    expect((await reader.read()).value).toBe(': still here\n\n')
    expect((await reader.read()).value).toBe(': still here\n\n')
    await reader.cancel()
  })

  it('is forgotten when its reader leaves, also while it waits', async () => {
    const hub = new LiveHub(() => 0)
    const stream = liveStream(hub, ALL, undefined, 1_000_000)
    const reader = stream.getReader()
    await reader.read()
    const waiting = reader.read()
    expect(hub.listeners).toBe(1)
    await reader.cancel()
    expect((await waiting).done).toBe(true)
    expect(hub.listeners).toBe(0)
  })

  it('remembers a thousand events for those who come back, and for a minute only', () => {
    let nowMs = 0
    const hub = new LiveHub(() => nowMs)
    expect(hub.isWatched).toBe(false)
    const seen: number[] = []
    const { stop } = hub.listen(({ number }) => seen.push(number))
    publish(hub, 5000)
    stop()
    expect(seen).toHaveLength(5000)
    nowMs = 59_000
    expect(hub.isWatched).toBe(true)
    nowMs = 61_000
    expect(hub.isWatched).toBe(false)
    const missed: number[] = []
    const again = hub.listen(({ number }) => missed.push(number), `${hub.epoch}-4500`)
    expect(again.missed).toBe(false)
    expect(missed).toEqual(Array.from({ length: 500 }, (_, i) => 4501 + i))
    expect(hub.listen(() => undefined, `${hub.epoch}-5`).missed).toBe(true)
    expect(hub.listen(() => undefined, 'nonsense').missed).toBe(true)
    expect(hub.listen(() => undefined).missed).toBe(false)
  })
})
