import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf, shareAlert, slowAlert } from '../alert.ts'
import { METRICS, type Metric } from '../metrics.ts'
import { decimal, SERVICE, slowerThan } from '../promql.ts'
import type { Alert, Severity } from '../rule.ts'
import { growing, growingNamed } from '../series.ts'
import { eventAlert } from './events.ts'
import { queueBacklog, queueConsumerStopped } from './queues.ts'

const team = 'application'
const QUEUE = `${SERVICE}, messaging_destination_name`
const labels = { job: 'shop', messaging_destination_name: 'shop-order-events' }
const WORKFLOW = `${SERVICE}, cloudflare_workflow_name`
const fulfilment = { job: 'shop', cloudflare_workflow_name: 'shop-fulfilment' }
const FAILED = 'error_type!=""'

/** Queues and Workflows. */
export const jobAlerts = (thresholds: Thresholds): Alert[] => {
  // Jobs are rarer than requests.
  const rare = { windowMinutes: 15 }
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
    ...queueBacklog(thresholds),
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
    ...queueConsumerStopped(thresholds),
    meanJobAlert(thresholds, 'JobSlow', 'warning', 'slow'),
    meanJobAlert(thresholds, 'JobVerySlow', 'critical', 'very slow'),
    retryAlert(thresholds, 'JobRetriesElevated', 'warning'),
    retryAlert(thresholds, 'JobFailing', 'critical'),
    shareAlert(thresholds, 'WorkflowStartFailing', {
      severity: 'critical',
      team,
      summary: '{job} cannot start the Workflow {cloudflare_binding_name}',
      description: '{value} of its calls failed in 15 minutes; the limit is {limit}.',
      metric: METRICS.bindings,
      by: `${SERVICE}, cloudflare_binding_name`,
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
  return eventAlert(thresholds, 'WorkflowRunFailed', counted, {
    severity: 'ticket',
    team,
    summary: 'A run of the Workflow {cloudflare_workflow_name} of {job} failed',
    description: 'It ended with {error_type} ({value} times within an hour).',
    by: `${WORKFLOW}, error_type`,
    matchers: FAILED,
    labels: { ...fulfilment, error_type: 'Error' },
    others: [growing(runs, fulfilment, 1, 1)],
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
  const { minSlow } = thresholds.settings
  const batches = (perMinute: number, secondsPerMinute: number) => [
    growingNamed(`${prometheus}_sum`, labels, 6, secondsPerMinute),
    growingNamed(`${prometheus}_bucket`, { ...labels, le: '10' }, 6, 0),
    growing(METRICS.processing, labels, 6, perMinute),
  ]
  return alert(thresholds, name, {
    severity,
    team,
    summary: `Batches of {messaging_destination_name} in {job} are ${how}`,
    description: 'They took {value} on average in 15 minutes; the limit is {limit}.',
    format: 'seconds',
    expr: (limit) =>
      `sum by (${QUEUE}) (rate(${prometheus}_sum[15m]))\n` +
      `  / sum by (${QUEUE}) (rate(${prometheus}_count[15m])) > ${limit}\n` +
      `and ${slowerThan(METRICS.processing, limitOf(thresholds, name), QUEUE, '15m')} > ${decimal(minSlow)}`,
    test: {
      labels,
      minutes: [30, 60, 40],
      series: (level) => batches(6, 6 * limitOf(thresholds, name) * level),
      cases: [
        {
          name: `${minSlow - 1} batches in its window take an hour`,
          series: batches((minSlow - 1) / 15, (3600 * (minSlow - 1)) / 15),
          minutes: [30, 60, 40],
          firing: 0,
        },
      ],
    },
  })
}

const retryAlert = (
  thresholds: Thresholds,
  name: 'JobRetriesElevated' | 'JobFailing',
  severity: Severity,
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
    windowMinutes: 15,
  })
