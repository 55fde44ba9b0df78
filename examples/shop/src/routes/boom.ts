import { Hono } from 'hono'
import type { AppEnv } from '../env.ts'

/** Two ways to fail, to see what each leaves in a trace. */
export const boom = new Hono<AppEnv>()

boom.get('/', () => {
  throw new Error('the coffee machine is on fire')
})

// Hono hands only Error objects to `onError`; a thrown string leaves the app as a rejection.
boom.get('/string', () => {
  throw 'the coffee machine is on fire'
})
