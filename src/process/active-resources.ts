import type { Meter } from '@opentelemetry/api'

interface Process {
  /** A name for each: the runtime's own kinds, of which there are some forty. */
  getActiveResourcesInfo?(): string[]
}

/** What keeps the event loop alive, by kind: sockets, timers, requests to the system. On Node: Deno names timers alone, Bun nothing. */
export const measureActiveResources = (meter: Meter): void => {
  const { process } = globalThis as { process?: Process }
  if ('Deno' in globalThis || 'Bun' in globalThis || !process?.getActiveResourcesInfo) {
    return
  }
  const seen = new Set<string>()
  meter
    .createObservableUpDownCounter('hono.process.active_resources', {
      unit: '{resource}',
      description: 'Handles and requests that keep the event loop alive.',
    })
    .addCallback((result) => {
      const counts = new Map<string, number>()
      for (const type of process.getActiveResourcesInfo?.() ?? []) {
        counts.set(type, (counts.get(type) ?? 0) + 1)
        seen.add(type)
      }
      // A kind that is gone is none, where saying nothing would leave the last number standing.
      for (const type of seen) {
        result.observe(counts.get(type) ?? 0, { 'hono.process.resource.type': type })
      }
    })
}
