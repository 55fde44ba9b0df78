import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const START_MS = 20_000

/** A port of 127.0.0.1 that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Starts a server, waits until `readyUrl` is answered with 200, and resolves to what ends it. */
export const startServer = async (
  program: string,
  args: readonly string[],
  readyUrl: string,
): Promise<() => Promise<void>> => {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk
  })
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
  }
  const untilMs = Date.now() + START_MS
  while (child.exitCode === null && Date.now() < untilMs) {
    const response = await fetch(readyUrl).catch(() => undefined)
    if (response?.ok) return stop
    await sleep(100)
  }
  await stop()
  throw new Error(`Cannot start ${program}: ${log.slice(-2000)}`)
}

/** What Alertmanager posts to a webhook. */
export interface Notification {
  readonly status: 'firing' | 'resolved'
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved'
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
  }[]
}

export interface Webhook {
  readonly port: number
  readonly notifications: readonly Notification[]
  /** The newest that was said of an alert. */
  last(alertname: string): Notification['alerts'][number] | undefined
  close(): void
}

/** Listens on 127.0.0.1 for what Alertmanager posts. */
export const startWebhook = async (): Promise<Webhook> => {
  const notifications: Notification[] = []
  const server = createHttpServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    notifications.push(JSON.parse(body) as Notification)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    notifications,
    last: (alertname) =>
      notifications
        .flatMap(({ alerts }) => alerts)
        .findLast(({ labels }) => labels.alertname === alertname),
    close: () => server.close(),
  }
}
