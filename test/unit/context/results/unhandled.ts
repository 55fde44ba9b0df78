// Prints which rejections the runtime reports when nobody, or somebody, waits for what a wrapper returned.
import { histogram, withSpan } from 'hono-observability'

type Wrap = <T>(call: () => T) => T

const WRAPS: Record<string, Wrap> = {
  bare: (call) => call(),
  withSpan: (call) => withSpan('odd', call),
  nested: (call) => withSpan('outer', () => withSpan('inner', call)),
  time: (call) => histogram('odd.duration', { unit: 's', description: 'Odd.' }).time(call),
}

const boom = async (reason: string): Promise<void> => {
  await undefined
  throw reason
}

/** Each uses the promise in another way; the name says whether somebody hears of its rejection. */
const USES: Record<string, (promise: Promise<void>) => unknown> = {
  nobody: () => {},
  derived: (promise) => promise.then(() => {}),
  caught: (promise) => promise.catch(() => {}),
  thenned: (promise) => promise.then(undefined, () => {}),
  finally: (promise) => promise.finally(() => {}).catch(() => {}),
  settled: (promise) => Promise.allSettled([promise]),
  raced: (promise) => Promise.race([promise]).catch(() => {}),
  async awaited(promise) {
    try {
      await promise
    } catch {}
  },
  returned: (promise) => (async () => promise)().catch(() => {}),
  resolved: (promise) => new Promise((resolve) => resolve(promise)).catch(() => {}),
  async soon(promise) {
    await undefined
    await undefined
    await undefined
    promise.catch(() => {})
  },
}

const reported: unknown[] = []
const runtime = globalThis as unknown as {
  process?: { on(event: string, listener: (reason: unknown) => void): void }
}
runtime.process?.on('unhandledRejection', (reason) => reported.push(reason))

for (const [wrapper, wrap] of Object.entries(WRAPS)) {
  reported.length = 0
  for (const [use, run] of Object.entries(USES)) {
    run(wrap(() => boom(use)))
    run(wrap(() => Promise.reject(`${use} at once`)))
  }
  await new Promise((resolve) => setTimeout(resolve, 50))
  console.log(`${wrapper}: ${[...reported].sort().join(', ')}`)
}
