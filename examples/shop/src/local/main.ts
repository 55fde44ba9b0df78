import { join } from 'node:path'
import {
  collectMetrics,
  instrument,
  type ObservabilityOptions,
  observability,
} from 'hono-observability'
import { drainOnSignal } from 'hono-observability/health'
import { honoMetrics, usersSeen } from 'hono-observability/hono'
import { processMetrics } from 'hono-observability/process'
import { prometheusRoute } from 'hono-observability/prometheus'
import { who } from '../accounts/who.ts'
import { createApp } from '../app.ts'
import { closeDay } from '../close-day.ts'
import type { Bindings } from '../env.ts'
import { health } from '../health.ts'
import type { Trigger } from '../platform.ts'
import { environment, type Settings } from './environment.ts'
import { openShopDatabase } from './open-shop-database.ts'
import type { OpenSqlite } from './sqlite.ts'

/** Listens, and resolves to how to stop, which waits for requests to end. */
export type Serve = (
  fetch: (request: Request) => Promise<Response>,
  address: { port: number; hostname: string },
) => Promise<() => Promise<void>>

const DATABASE = join(import.meta.dirname, '../../.data/shop.db')

const options: ObservabilityOptions = {
  service: { name: 'shop' },
  traces: { fetch: true },
  // Every browser asks for it, and nobody wants to know.
  http: { ignore: ['/favicon.ico'] },
  metrics: { bodySizes: true },
}

/**
 * Runs the shop in a process, until SIGTERM. With the arguments `close-day`, and a date if it is not
 * today, only ends that day: for the machine's cron.
 */
export async function main(open: OpenSqlite, serve: Serve): Promise<void> {
  const [, , command, day = new Date().toISOString().slice(0, 10)] = process.argv
  const { SHOP_DATABASE = DATABASE, PORT = '8787', ...settings } = process.env
  const db = openShopDatabase(open, SHOP_DATABASE)
  const { env, tasks } = environment(db, settings as Settings)

  if (command === 'close-day') {
    const trigger = { cron: '50 23 * * *', scheduledTime: Date.parse(`${day}T23:50:00Z`) }
    await instrument({ scheduled: closeDay }, options).scheduled(trigger, env)
    return db.close()
  }

  if (tasks.left() > 0) {
    const resume = async (_trigger: Trigger): Promise<void> => tasks.resume()
    const trigger = { cron: '@reboot', scheduledTime: Date.now() }
    await instrument({ scheduled: resume }, options).scheduled(trigger)
  }

  const app = createApp(observability(options), honoMetrics(), usersSeen(who), processMetrics())
  app.route('/', health())
  // One process sees all requests, so its memory has all that is to be counted.
  const token = (env: Bindings) => env.METRICS_TOKEN
  app.route('/', prometheusRoute<Bindings>({ from: collectMetrics, token }))

  const address = { port: Number(PORT), hostname: '127.0.0.1' }
  const stop = await serve(async (request) => app.fetch(request, env), address)
  drainOnSignal({
    // Nothing before it has to notice. Behind a load balancer, that takes some seconds.
    delayMs: 0,
    onDrained: async () => {
      await stop()
      await tasks.idle()
      db.close()
    },
  })
  console.log(`The shop is at http://localhost:${PORT}`)
}
