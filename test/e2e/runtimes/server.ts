import { drainOnSignal } from '../../../src/entries/health.ts'
import { shutdown } from '../../../src/index.ts'
import { app } from './app.ts'
import { serve } from './serve.ts'

let stop: () => Promise<void> = async () => {}
let requests = 0

/** What the app itself does about its end. */
const endings: Record<string, () => void> = {
  nothing: () => {},
  'own listener': () => {
    process.on('SIGTERM', async () => {
      await stop()
      await shutdown()
      process.exit(7)
    })
  },
  deaf: () => {
    process.on('SIGTERM', () => console.log('SIGTERM heard'))
  },
  drain: () => drainOnSignal({ delayMs: 800 }),
  'drain and stop': () => drainOnSignal({ delayMs: 800, onDrained: () => stop() }),
}
endings[process.env.ENDING ?? 'nothing']?.()

stop = serve(async (request) => {
  const response = await app.fetch(request)
  requests++
  if (process.env.ENDING === 'one request' && requests === 1) {
    setTimeout(() => stop(), 50)
  }
  return response
})
