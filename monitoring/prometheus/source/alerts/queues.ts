import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { anyOf, decimal, SERVICE } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { growing, growingNamed, holding } from '../series.ts'

const team = 'application'
const ENVIRONMENT = 'deployment_environment_name'
const QUEUE = `${SERVICE}, messaging_destination_name`

/** Too many messages wait: as Cloudflare counts them, and as can be told from those that arrive. */
export const queueBacklog = (thresholds: Thresholds): Alert[] => {
  const limit = limitOf(thresholds, 'QueueBacklog')
  const labels = { job: 'shop', messaging_destination_name: 'shop-order-events' }
  const known = { job: 'platform-metrics', cloudflare_queue_id: '0a1b2c' }
  return [
    alert(thresholds, 'QueueBacklog', {
      severity: 'critical',
      team,
      summary: 'Messages pile up in {messaging_destination_name} of {job}',
      description: '{value} are waiting on average; the limit is {limit}.',
      // Little's law: what is there, on average, is what arrives in a second times how long it waits.
      expr: (most) => `sum by (${QUEUE}) (rate(${METRICS.waiting.prometheus}_sum[10m])) > ${most}`,
      test: {
        labels,
        minutes: [30, 60, 30],
        series: (level) => [
          growingNamed(`${METRICS.waiting.prometheus}_sum`, labels, 60, limit * level * 60),
        ],
      },
    }),
    alert(thresholds, 'QueueBacklog', {
      severity: 'critical',
      team,
      service: 'cloudflare_queue_id',
      summary: 'Messages pile up in the queue {cloudflare_queue_id}',
      description: '{value} are waiting, as Cloudflare counts them; the limit is {limit}.',
      // Also where nobody consumes, so that nothing arrives.
      expr: (most) =>
        `max by (${SERVICE}, cloudflare_queue_id) (${METRICS.backlog.prometheus}) > ${most}`,
      test: {
        labels: known,
        series: (level) => [holding(METRICS.backlog.prometheus, known, 3, limit * level)],
      },
    }),
  ]
}

/** Messages are sent to a queue, by whichever Worker, and nobody consumes any. */
export const queueConsumerStopped = (thresholds: Thresholds): Alert[] => [
  ...listedQueues(thresholds),
  otherQueues(thresholds),
]

/**
 * A queue that nobody has listed is known by its consumer alone. It is missed when it had messages at this hour of
 * yesterday and has none, though as much is sent, in all to such queues, as there was.
 */
const otherQueues = (thresholds: Thresholds): Alert => {
  const { queues, busyPerSecond } = thresholds.settings
  const apart = (names: readonly string[]): string =>
    names.length ? `{messaging_destination_name!~"${anyOf(names)}"}` : ''
  const rate = (selected: string, by: string, window: string, offset = ''): string =>
    `sum by (${by}) (rate(${selected}[${window}]${offset}))`
  const consumed = METRICS.consumed.prometheus + apart(queues.map(({ name }) => name))
  const sent = METRICS.sent.prometheus + apart(queues.flatMap(({ bindings }) => bindings))
  const [before, after] = [24, 23].map((hours) => rate(consumed, QUEUE, '1h', ` offset ${hours}h`))
  const labels = { job: 'mailer', messaging_destination_name: 'mails' }
  const consumer = { ...labels, hono_queue_outcome: 'ack' }
  const sender = { job: 'shop', messaging_destination_name: 'MAILS' }
  return alert(thresholds, 'QueueConsumerStopped', {
    severity: 'critical',
    team,
    labels: { queue: 'by-history' },
    summary: '{job} consumes nothing of {messaging_destination_name}',
    description:
      'Nothing in 15 minutes; at this hour of yesterday it was {value} messages a second, and messages are sent.',
    expr: () =>
      [
        `(${before} > ${decimal(busyPerSecond)})`,
        `and ${after} > ${decimal(busyPerSecond)}`,
        `and on (${ENVIRONMENT}) ${rate(sent, ENVIRONMENT, '15m')} > 0.5 * ${rate(sent, ENVIRONMENT, '1h', ' offset 24h')}`,
        `unless ${rate(consumed, QUEUE, '15m')} > 0`,
      ].join('\n'),
    test: {
      labels,
      minutes: [26 * 60, 60, 60],
      stepMinutes: 2,
      levels: [0, 0.1],
      value: 1,
      series: (level) => [
        growing(METRICS.sent, sender, 60, 60),
        growing(METRICS.consumed, consumer, 60, 60 * level),
      ],
      cases: [
        {
          name: 'nobody sends anything',
          series: [
            growing(METRICS.sent, sender, 60, 0),
            growing(METRICS.consumed, consumer, 60, 0),
          ],
          minutes: [26 * 60, 60, 10],
          stepMinutes: 2,
          firing: 0,
        },
      ],
    },
  })
}

const listedQueues = (thresholds: Thresholds): Alert[] =>
  thresholds.settings.queues.map(({ name, bindings, delayMinutes }) => {
    const consumed = (window: string) =>
      `sum by (${ENVIRONMENT}) (rate(${METRICS.consumed.prometheus}{messaging_destination_name="${name}"}[${window}])) > 0`
    const sent = `${METRICS.sent.prometheus}{messaging_destination_name=~"${anyOf(bindings)}"}`
    const offset = delayMinutes ? ` offset ${delayMinutes}m` : ''
    const queue = { messaging_destination_name: name }
    const shop = { job: 'shop', messaging_destination_name: bindings[0] ?? '' }
    const consumer = { job: 'worker', ...queue, hono_queue_outcome: 'ack' }
    const other = { job: 'shop', messaging_destination_name: 'others', hono_queue_outcome: 'ack' }
    const minutes = [30, 60 + delayMinutes, 40 + delayMinutes] as const
    return alert(thresholds, 'QueueConsumerStopped', {
      severity: 'critical',
      team,
      labels: queue,
      summary: '{job} sends messages to {messaging_destination_name}, and nobody consumes any',
      description: '{value} a second were sent in 15 minutes; in the last day some were consumed.',
      expr: () =>
        [
          `sum by (${SERVICE}) (rate(${sent}[15m]${offset})) > ${decimal(thresholds.settings.minPerSecond / 5)}`,
          `and on (${ENVIRONMENT}) ${consumed('1d')}`,
          `unless on (${ENVIRONMENT}) ${consumed('15m')}`,
        ].join('\n'),
      test: {
        labels: { job: 'shop' },
        minutes,
        levels: [0, 0.1],
        value: 1,
        series: (level) => [
          growing(METRICS.sent, shop, 60, 60),
          growing(METRICS.consumed, consumer, 60, 60 * level),
          // One queue of two stops.
          growing(METRICS.consumed, other, 60, 60),
        ],
        ...(delayMinutes && { cases: [delayed(delayMinutes, shop, consumer)] }),
      },
    })
  })

/** Nothing is sent for as long as the delay and more; then, again, and it is consumed so much later. */
const delayed = (
  minutes: number,
  shop: Readonly<Record<string, string>>,
  consumer: Readonly<Record<string, string>>,
) => ({
  name: 'messages come as much later as they are delayed',
  series: [
    { ...growing(METRICS.sent, shop, 0, 60, 60) },
    { ...growing(METRICS.consumed, consumer, 1, 0, 60) },
  ],
  minutes: [30, minutes, 60] as const,
  firing: 0,
})
