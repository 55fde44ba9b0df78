import type { Bank } from '../../../test/e2e/shop/bank.ts'
import type { Servers } from './servers.ts'

/** What incidents are made with. */
export interface Stage {
  readonly bank: Bank
  readonly collector: Servers['collector']
  /** Has the shop do something wrong, or `none` of it. */
  fault(name: string): Promise<void>
}

/** Something that goes wrong, and who is to hear of it. */
export interface Incident {
  readonly name: string
  /** What happens, for the docs. */
  readonly what: string
  /** The service that is said to be ill. */
  readonly service: string
  /** Who gets up. */
  readonly pages: string
  /** The alerts of which at least one is in the page. */
  readonly alerts: readonly string[]
  /** What it looks like: PromQL, one line. */
  readonly query: string
  readonly unit: 'share' | 'seconds' | 'number'
  begin(stage: Stage): Promise<void>
  end(stage: Stage): Promise<void>
}

const noFault = (stage: Stage): Promise<void> => stage.fault('none')

export const incidents: readonly Incident[] = [
  {
    name: 'errors',
    what: 'The payment service answers 503, so that each order fails with 502.',
    service: 'shop',
    pages: 'pagerduty-services',
    alerts: ['ErrorRatioHigh', 'UpstreamFailing', 'AvailabilityBudgetBurn1h'],
    query: 'job:http_server_errors:ratio_rate5m{job="shop"}',
    unit: 'share',
    async begin({ bank }) {
      bank.status = 503
    },
    async end({ bank }) {
      bank.status = 201
    },
  },
  {
    name: 'latency',
    what: 'The payment service takes 3 seconds.',
    service: 'shop',
    pages: 'pagerduty-services',
    alerts: ['LatencyCritical'],
    query:
      'job_route:http_server_request_duration_seconds:p95_rate5m{job="shop",http_route="/orders"}',
    unit: 'seconds',
    async begin({ bank }) {
      bank.delayMs = 3000
    },
    async end({ bank }) {
      bank.delayMs = 0
    },
  },
  {
    name: 'dead collector',
    what: 'The process of the Collector is ended.',
    service: 'otelcol',
    pages: 'pagerduty-observability',
    alerts: ['CollectorDown'],
    query: 'count(otelcol_process_uptime_seconds_total) or vector(0)',
    unit: 'number',
    async begin({ collector }) {
      await collector?.stop()
    },
    async end({ collector }) {
      await collector?.start()
    },
  },
  {
    name: 'stuck queue',
    what: 'Nothing of the queue is consumed, while orders are placed.',
    service: 'shop',
    pages: 'pagerduty-services',
    alerts: ['QueueConsumerStopped'],
    query: 'sum(rate(messaging_client_consumed_messages_total{job="shop"}[5m]))',
    unit: 'number',
    begin: (stage) => stage.fault('queue'),
    end: noFault,
  },
  {
    name: 'failing health',
    what: 'KV fails for the Worker: the check `carts`, which is critical, does not pass, and who orders sees errors.',
    service: 'shop',
    pages: 'pagerduty-services',
    alerts: ['HealthCheckFailing'],
    query: 'min(app_health_check_status{job="shop"})',
    unit: 'number',
    begin: (stage) => stage.fault('health'),
    end: noFault,
  },
  {
    name: 'failed deploy',
    what: 'A version is deployed that throws before the app has begun; it is rolled back.',
    service: 'shop',
    pages: 'pagerduty-services',
    alerts: ['ServiceDown'],
    query: 'up{job="shop"}',
    unit: 'number',
    begin: (stage) => stage.fault('deploy'),
    end: noFault,
  },
]
