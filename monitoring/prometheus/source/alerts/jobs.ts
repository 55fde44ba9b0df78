import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf, shareAlert, slowAlert } from '../alert.ts'
import { METRICS, type Metric } from '../metrics.ts'
import { decimal, newEvents, perSecond } from '../promql.ts'
import type { Alert, Severity } from '../rule.ts'
import { growing, growingNamed, holding } from '../series.ts'

const team = 'application'
const QUEUE = 'job, messaging_destination_name'
const labels = { job: 'shop', messaging_destination_name: 'shop-order-events' }
const WORKFLOW = 'job, cloudflare_workflow_name'
const fulfilment = { job: 'shop', cloudflare_workflow_name: 'shop-fulfilment' }
const FAILED = 'error_type!=""'

/** Queues and Workflows. */
export const jobAlerts = (thresholds: Thresholds): Alert[] => {
  const { minPerSecond } = thresholds.settings
  // Jobs are rarer than requests.
  const rare = { window: '15m', minPerSecond: minPerSecond / 5 }
  return [
    shareAlert(thresholds, 'QueueSendFailing', {
      severity: 'critical',
      team,
      summary: '{job} cannot send to {messaging_destination_name}',
      description: '{value} of sends failed in 15 minutes; the limit is {limit}.',
      metric: METRICS.sending,
      by: QUEUE,
      bad: FAILED,
      labels: { job: 'shop', messaging_destination_name: 'ORDER_EVENTS' },
      badLabels: { error_type: 'Error' },
      ...rare,
    }),
    alert(thresholds, 'QueueBacklog', {
      severity: 'critical',
      team,
      summary: 'Messages pile up in {messaging_destination_name} of {job}',
      description: '{value} are waiting on average; the limit is {limit}.',
      // Little's law: what is there, on average, is what arrives in a second times how long it waits.
      expr: (limit) =>
        `sum by (${QUEUE}) (rate(${METRICS.waiting.prometheus}_sum[10m])) > ${limit}`,
      test: {
        labels,
        minutes: [30, 60, 30],
        series: (level) => {
          const name = `${METRICS.waiting.prometheus}_sum`
          const limit = limitOf(thresholds, 'QueueBacklog')
          return [growingNamed(name, labels, 60, limit * level * 60)]
        },
      },
    }),
    slowAlert(thresholds, 'QueueWaitLong', {
      severity: 'warning',
      team,
      summary: 'Messages wait long in {messaging_destination_name} of {job}',
      description: 'The 95th percentile over 15 minutes is {value}; the limit is {limit}.',
      metric: METRICS.waiting,
      by: QUEUE,
      labels,
      ...rare,
    }),
    alert(thresholds, 'QueueConsumerStopped', {
      severity: 'critical',
      team,
      summary: '{job} sends messages and consumes none',
      description: '{value} a second were sent in 15 minutes; in the last day some were consumed.',
      expr: () =>
        `${perSecond(METRICS.sent, 'job', '15m')} > ${decimal(rare.minPerSecond)}\n` +
        `and ${perSecond(METRICS.consumed, 'job', '1d')} > 0\n` +
        `unless ${perSecond(METRICS.consumed, 'job', '15m')} > 0`,
      test: {
        labels: { job: 'shop' },
        minutes: [30, 60, 40],
        levels: [0, 0.1],
        value: 1,
        series: (level) => [
          growing(METRICS.sent, labels, 60, 60),
          growing(METRICS.consumed, { ...labels, hono_queue_outcome: 'ack' }, 60, 60 * level),
        ],
      },
    }),
    meanJobAlert(thresholds, 'JobSlow', 'warning', 'slow'),
    meanJobAlert(thresholds, 'JobVerySlow', 'critical', 'very slow'),
    retryAlert(thresholds, 'JobRetriesElevated', 'warning', rare),
    retryAlert(thresholds, 'JobFailing', 'critical', rare),
    shareAlert(thresholds, 'WorkflowStartFailing', {
      severity: 'critical',
      team,
      summary: '{job} cannot start the Workflow {cloudflare_binding_name}',
      description: '{value} of its calls failed in 15 minutes; the limit is {limit}.',
      metric: METRICS.bindings,
      by: 'job, cloudflare_binding_name',
      among: 'cloudflare_binding_type="Workflow"',
      bad: FAILED,
      labels: { job: 'shop', cloudflare_binding_name: 'FULFILMENT' },
      otherLabels: { cloudflare_binding_type: 'Workflow', hono_binding_operation: 'create' },
      badLabels: { error_type: 'Error' },
      ...rare,
    }),
    shareAlert(thresholds, 'WorkflowFailing', {
      severity: 'critical',
      team,
      summary: 'Runs of the Workflow {cloudflare_workflow_name} of {job} fail',
      description: '{value} of those that ended in 15 minutes failed; the limit is {limit}.',
      metric: METRICS.workflowRuns,
      by: WORKFLOW,
      bad: FAILED,
      labels: fulfilment,
      badLabels: { error_type: 'Error' },
      ...rare,
    }),
    workflowRunFailed(thresholds),
  ]
}

/** Where runs are few, a share says nothing, and nobody tries again what has failed. */
const workflowRunFailed = (thresholds: Thresholds): Alert => {
  const runs = METRICS.workflowRuns
  const counted: Metric = { ...runs, type: 'counter', prometheus: `${runs.prometheus}_count` }
  const labels = { ...fulfilment, error_type: 'Error' }
  return alert(thresholds, 'WorkflowRunFailed', {
    severity: 'ticket',
    team,
    summary: 'A run of the Workflow {cloudflare_workflow_name} of {job} failed',
    description: 'It ended with {error_type} in the last hour ({value} times).',
    expr: (limit) => newEvents(counted, `${WORKFLOW}, error_type`, '1h', limit, FAILED),
    test: {
      labels,
      minutes: [90, 30, 90],
      levels: [1, 0],
      value: 1,
      series: (level) => [
        holding('target_info', { job: 'shop' }, 1, 1),
        // The first failure makes the series.
        holding(counted.prometheus, labels, undefined, level, level),
        growing(runs, fulfilment, 1, 1),
      ],
    },
  })
}

/** By the mean: the histogram's bounds end at 10 s, and so does any quantile of it. */
const meanJobAlert = (
  thresholds: Thresholds,
  name: 'JobSlow' | 'JobVerySlow',
  severity: Severity,
  how: string,
): Alert => {
  const { prometheus } = METRICS.processing
  return alert(thresholds, name, {
    severity,
    team,
    summary: `Batches of {messaging_destination_name} in {job} are ${how}`,
    description: 'They took {value} on average in 15 minutes; the limit is {limit}.',
    format: 'seconds',
    expr: (limit) =>
      `sum by (${QUEUE}) (rate(${prometheus}_sum[15m]))\n` +
      `  / sum by (${QUEUE}) (rate(${prometheus}_count[15m])) > ${limit}`,
    test: {
      labels,
      minutes: [30, 60, 40],
      series: (level) => {
        const limit = limitOf(thresholds, name)
        return [
          growingNamed(`${prometheus}_sum`, labels, 6, 6 * limit * level),
          growing(METRICS.processing, labels, 6, 6),
        ]
      },
    },
  })
}

const retryAlert = (
  thresholds: Thresholds,
  name: 'JobRetriesElevated' | 'JobFailing',
  severity: Severity,
  rare: { window: string; minPerSecond: number },
): Alert =>
  shareAlert(thresholds, name, {
    severity,
    team,
    summary:
      name === 'JobFailing'
        ? 'Messages of {messaging_destination_name} in {job} fail'
        : 'Messages of {messaging_destination_name} in {job} are tried again',
    description: '{value} of deliveries in 15 minutes ended with a retry; the limit is {limit}.',
    metric: METRICS.consumed,
    by: QUEUE,
    bad: 'hono_queue_outcome="retry"',
    labels,
    badLabels: { hono_queue_outcome: 'retry' },
    goodLabels: { hono_queue_outcome: 'ack' },
    ...rare,
  })
