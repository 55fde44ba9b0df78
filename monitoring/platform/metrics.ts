import { counter, gauge } from 'hono-observability'
import type { Account } from './query.ts'

const invocation = {
  'cloudflare.script_name': 'string',
  'cloudflare.workers.status': 'string',
} as const

const requests = counter('cloudflare.workers.requests', {
  unit: '{request}',
  description: 'Invocations, by how they ended.',
  attributes: invocation,
})
const errors = counter('cloudflare.workers.errors', {
  unit: '{error}',
  description: 'Invocations that ended with an error.',
  attributes: invocation,
})
const subrequests = counter('cloudflare.workers.subrequests', {
  unit: '{request}',
  description: 'Requests that Workers made.',
  attributes: invocation,
})
const duration = counter('cloudflare.workers.duration', {
  unit: '{gigabyte_second}',
  description: 'Wall-clock time times memory.',
  attributes: invocation,
})
const cpuUsage = counter('cloudflare.workers.cpu_usage', {
  unit: 's',
  description: 'CPU time of all invocations, which is billed.',
  attributes: invocation,
})
const cpuTime = gauge('cloudflare.workers.cpu_time', {
  unit: 's',
  description: 'CPU time of an invocation, by quantile, in the last minute that was read.',
  attributes: { ...invocation, quantile: ['0.5', '0.99'] },
})
const queue = { 'cloudflare.queue.id': 'string' } as const
const backlogMessages = gauge('cloudflare.queues.backlog.messages', {
  unit: '{message}',
  description: 'Messages that wait, on average over the last minute that was read.',
  attributes: queue,
})
const backlogBytes = gauge('cloudflare.queues.backlog.size', {
  unit: 'By',
  description: 'Bytes that wait, on average over the last minute that was read.',
  attributes: queue,
})

const MICROSECONDS = 1_000_000

/** Records what an account did in one minute. */
export function record(account: Account): void {
  for (const { sum, quantiles, dimensions } of account.workersInvocationsAdaptive) {
    const attributes = {
      'cloudflare.script_name': dimensions.scriptName,
      'cloudflare.workers.status': dimensions.status,
    }
    requests.add(sum.requests, attributes)
    errors.add(sum.errors, attributes)
    subrequests.add(sum.subrequests, attributes)
    duration.add(sum.duration, attributes)
    cpuUsage.add(sum.cpuTimeUs / MICROSECONDS, attributes)
    cpuTime.record(quantiles.cpuTimeP50 / MICROSECONDS, { ...attributes, quantile: '0.5' })
    cpuTime.record(quantiles.cpuTimeP99 / MICROSECONDS, { ...attributes, quantile: '0.99' })
  }
  for (const { avg, dimensions } of account.queueBacklogAdaptiveGroups) {
    const attributes = { 'cloudflare.queue.id': dimensions.queueId }
    backlogMessages.record(avg.messages, attributes)
    backlogBytes.record(avg.bytes, attributes)
  }
}
