import type { Event, Kind } from './events.ts'
import type { Random } from './random.ts'

/** A counter or gauge by its name and labels, as Prometheus writes it. `undefined`: no sample. */
export type Values = Map<string, number | undefined>

const select = (name: string, labels: Readonly<Record<string, string>>): string =>
  `${name}{${Object.entries(labels)
    .map(([key, value]) => `${key}="${value}"`)
    .join(',')}}`

const HTTP = [0.1, 0.25, 0.5, 1, 2.5, 5]
const DATABASE = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1]
const WAITS = [0.1, 1, 10, 30, 60, 300]

const STAGING = { deployment_environment_name: 'staging' }

/** Requests a minute by the hour of the day, in UTC: busy by day, a few at night, fewer on weekends. */
export const usual = (minute: number): number => {
  const hour = (minute / 60) % 24
  const isWeekend = Math.floor(minute / 1440) % 7 >= 5
  const day = Math.max(0, Math.sin(((hour - 6) / 24) * 2 * Math.PI))
  return (6 + 110 * day ** 1.5) * (isWeekend ? 0.5 : 1)
}

interface Flow {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly bounds: readonly number[]
  /** Seconds that it takes as a rule. */
  readonly typical: number
}

/** What the services of a month count, minute by minute. */
export class World {
  readonly values: Values = new Map()

  private readonly random: Random

  constructor(random: Random) {
    this.random = random
  }

  /** Goes on by a minute in which these events are. */
  step(minute: number, events: readonly Event[]): void {
    const size = (kind: Kind): number => events.find((each) => each.kind === kind)?.size ?? 0
    const isDown = size('down') > 0
    this.values.set(
      select('up', { job: 'shop', instance: 'shop.example.com' }),
      isDown || size('missed scrape') ? 0 : 1,
    )
    const requests = size('no traffic') || isDown ? 0 : usual(minute)
    this.requests(requests, size)
    this.dependencies(requests, size)
    this.jobs(requests, size)
    this.health(isDown, size)
    this.telemetry(requests, size)
    const staging = { job: 'shop', ...STAGING, http_request_method: 'GET', http_route: '/products' }
    this.events(
      {
        name: 'http_server_request_duration_seconds',
        labels: staging,
        bounds: HTTP,
        typical: 0.05,
      },
      size('load test') ? 20 * usual(minute) : 3,
      {
        failed: size('broken staging'),
        badLabels: { http_response_status_code: '500' },
        goodLabels: { http_response_status_code: '200' },
      },
    )
  }

  private requests(requests: number, size: (kind: Kind) => number): void {
    const route = (method: string, path: string, typical: number): Flow => ({
      name: 'http_server_request_duration_seconds',
      labels: { job: 'shop', http_request_method: method, http_route: path },
      bounds: HTTP,
      typical,
    })
    const failed = size('errors')
    const orders =
      1 -
      (1 - failed) *
        (1 - size('route errors')) *
        (1 - size('upstream')) *
        (1 - size('database') * 0.8)
    const statuses = {
      badLabels: { http_response_status_code: '500' },
      goodLabels: { http_response_status_code: '200' },
    }
    this.events(route('GET', '/products', 0.04), requests * 0.55, {
      failed: 1 - (1 - failed) * (1 - size('database') * 0.8),
      extraFailures: Math.floor(size('a few failures')),
      extraSlow: Math.floor(size('slow ones')),
      ...statuses,
    })
    this.events(route('GET', '/products/:id', 0.03), requests * 0.3, { failed, ...statuses })
    this.events(route('POST', '/orders', 0.08 + size('latency')), requests * 0.15, {
      failed: orders,
      ...statuses,
    })
  }

  private dependencies(requests: number, size: (kind: Kind) => number): void {
    const outcome = { badLabels: { error_type: '503' }, goodLabels: { error_type: '' } }
    this.events(
      {
        name: 'http_client_request_duration_seconds',
        labels: { job: 'shop', server_address: 'pay.example.com' },
        bounds: HTTP,
        typical: 0.1 + size('latency'),
      },
      requests * 0.15,
      { failed: size('upstream'), ...outcome },
    )
    this.events(
      {
        name: 'db_client_operation_duration_seconds',
        labels: { job: 'shop', db_system_name: 'sqlite', db_namespace: 'DB' },
        bounds: DATABASE,
        typical: 0.004,
      },
      requests,
      {
        failed: size('database'),
        badLabels: { error_type: 'Error' },
        goodLabels: { error_type: '' },
      },
    )
  }

  private jobs(requests: number, size: (kind: Kind) => number): void {
    const orders = this.random.poisson(requests * 0.15)
    const queue = { job: 'shop', messaging_destination_name: 'shop-order-events' }
    this.add(
      select('messaging_client_sent_messages_total', {
        job: 'shop',
        messaging_destination_name: 'ORDER_EVENTS',
      }),
      orders,
    )
    const consumed = size('stuck queue') ? 0 : orders
    const retried = this.some(consumed, size('jobs')) + Math.floor(size('retried message'))
    const outcome = (hono_queue_outcome: string): string =>
      select('messaging_client_consumed_messages_total', { ...queue, hono_queue_outcome })
    this.add(outcome('ack'), Math.max(0, consumed - retried))
    this.add(outcome('retry'), retried)
    this.events(
      { name: 'hono_queue_wait_duration_seconds', labels: queue, bounds: WAITS, typical: 0.3 },
      consumed,
      {},
    )
    this.add(select('messaging_process_duration_seconds_sum', queue), consumed * 0.2)
    this.add(select('messaging_process_duration_seconds_count', queue), consumed)
    this.events(
      {
        name: 'hono_workflow_run_duration_seconds',
        labels: { job: 'shop', cloudflare_workflow_name: 'shop-fulfilment' },
        bounds: [1, 10],
        typical: 2,
      },
      orders,
      {
        failed: size('workflow'),
        badLabels: { error_type: 'Error' },
        goodLabels: { error_type: '' },
      },
    )
  }

  private health(isDown: boolean, size: (kind: Kind) => number): void {
    for (const name of ['db', 'carts']) {
      const fails =
        name === 'carts' && (size('failed probe') > 0 || this.random.next() < size('health'))
      for (const outcome of ['pass', 'fail']) {
        this.add(
          select('app_health_check_duration_seconds_count', {
            job: 'shop',
            app_health_check_name: name,
            app_health_check_critical: 'true',
            app_health_check_outcome: outcome,
          }),
          !isDown && (outcome === 'fail') === fails ? 1 : 0,
        )
      }
    }
  }

  private telemetry(requests: number, size: (kind: Kind) => number): void {
    const isDead = size('dead collector') > 0
    const uptime = select('otelcol_process_uptime_seconds_total', { job: 'otelcol' })
    this.values.set(uptime, isDead ? undefined : 1)
    const exporter = { job: 'shop', otel_component_name: 'otlp_http_json_span_exporter/0' }
    this.add(select('otel_sdk_span_started_total', { job: 'shop' }), requests * 5)
    this.add(
      select('otel_sdk_exporter_span_exported_total', { ...exporter, error_type: '' }),
      isDead ? 0 : requests * 5,
    )
    this.add(
      select('otel_sdk_exporter_span_exported_total', { ...exporter, error_type: 'http_503' }),
      isDead ? requests * 5 : 0,
    )
    this.values.set(
      select('hono_otlp_circuit_open', { ...exporter, server_address: 'otlp.example.com' }),
      isDead ? 1 : 0,
    )
  }

  /** A histogram of so many events, as chance has it, of which a share fails. */
  private events(
    { name, labels, bounds, typical }: Flow,
    mean: number,
    options: {
      failed?: number
      extraFailures?: number
      extraSlow?: number
      badLabels?: Readonly<Record<string, string>>
      goodLabels?: Readonly<Record<string, string>>
    },
  ): void {
    const { failed = 0, extraFailures = 0, extraSlow = 0, badLabels, goodLabels = {} } = options
    const all = this.random.poisson(mean)
    // One in five thousand fails for no reason.
    const bad = badLabels ? this.some(all, failed + (1 - failed) / 5000) : 0
    this.add(select(`${name}_count`, { ...labels, ...goodLabels }), all - bad + extraSlow)
    if (badLabels)
      this.add(select(`${name}_count`, { ...labels, ...badLabels }), bad + extraFailures)
    // How long they take is spread by a factor of four or so to each side.
    let below = 0
    for (const bound of bounds) {
      below = Math.max(below, Math.round(all * share(bound / typical)))
      this.add(select(`${name}_bucket`, { ...labels, le: String(bound) }), below + extraFailures)
    }
    this.add(select(`${name}_bucket`, { ...labels, le: '+Inf' }), all + extraFailures + extraSlow)
  }

  /** How many of these are of a share, as chance has it. */
  private some(all: number, part: number): number {
    if (part >= 1) return all
    return Math.min(all, this.random.poisson(all * part))
  }

  private add(selector: string, growth: number): void {
    this.values.set(selector, (this.values.get(selector) ?? 0) + growth)
  }
}

/** The share of a log-normal distribution that is below so many times its median. */
const share = (times: number): number => 1 / (1 + times ** -3)
