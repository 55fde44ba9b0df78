import { serve } from '../../../viewer/node/serve.ts'

/** What Alertmanager told somebody. */
export interface Notification {
  /** Milliseconds since 1970. */
  readonly atMs: number
  /** A receiver of `alertmanager.prod.yml`. */
  readonly receiver: string
  readonly status: 'firing' | 'resolved'
  readonly service: string
  /** Names of the alerts that fire, or have ended, in the order of the message. */
  readonly firing: readonly string[]
  readonly resolved: readonly string[]
}

/** Everybody who would be told, in one place. */
export interface Pager {
  /** Alertmanager posts to this and the receiver's name. */
  readonly url: string
  readonly notifications: readonly Notification[]
  /** How often the dead man's switch heard that all is well. */
  heartbeats(): number
  close(): Promise<void>
}

interface Message {
  readonly status: 'firing' | 'resolved'
  readonly groupLabels: Readonly<Record<string, string>>
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved'
    readonly labels: Readonly<Record<string, string>>
  }[]
}

const notificationOf = (receiver: string, { status, groupLabels, alerts }: Message) => {
  const names = (which: string): string[] => [
    ...new Set(
      alerts.filter((each) => each.status === which).map(({ labels }) => labels.alertname ?? ''),
    ),
  ]
  return {
    atMs: Date.now(),
    receiver,
    status,
    service: groupLabels.service ?? '',
    firing: names('firing'),
    resolved: names('resolved'),
  }
}

/** Listens on 127.0.0.1. */
export async function startPager(): Promise<Pager> {
  const notifications: Notification[] = []
  let heartbeats = 0
  const server = await serve(
    async (request) => {
      const receiver = new URL(request.url).pathname.slice(1)
      const message = (await request.json()) as Message
      if (receiver === 'dead-mans-switch') heartbeats++
      else notifications.push(notificationOf(receiver, message))
      return new Response()
    },
    '127.0.0.1',
    0,
  )
  return { url: server.url, notifications, heartbeats: () => heartbeats, close: server.close }
}
