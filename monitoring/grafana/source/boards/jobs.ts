import { METRICS } from '../../../prometheus/source/metrics.ts'
import type { Board } from '../panel.ts'
import { p95, percentiles, rate, ratio, SERVICE, WINDOW } from '../query.ts'
import { SHOWN } from './metrics.ts'

const { sent, sending, consumed, processing, waiting, bindings, workflowRuns } = METRICS
const { workflowSteps } = SHOWN
const QUEUE = 'messaging_destination_name'
const WORKFLOW = 'cloudflare_workflow_name'
const STEP = 'cloudflare_workflow_step_name'
const spans = (names: string): string =>
  `sum by (span_name, status_code) (rate(${SHOWN.spanCalls.prometheus}{${SERVICE},span_name=~"${names}"}[${WINDOW}]))`

export const jobs: Board = {
  uid: 'jobs',
  title: 'Jobs',
  description: 'Queues, cron triggers and Workflows.',
  rows: [
    {
      title: 'Queues',
      panels: [
        {
          title: 'Messages sent',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          queries: [{ expr: rate(sent, QUEUE), legend: `{{${QUEUE}}}` }],
        },
        {
          title: 'Messages consumed',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          stacked: true,
          queries: [
            {
              expr: rate(consumed, `${QUEUE}, hono_queue_outcome`),
              legend: `{{${QUEUE}}} {{hono_queue_outcome}}`,
            },
          ],
        },
        {
          title: 'Share that was retried',
          kind: 'graph',
          unit: 'percentunit',
          width: 8,
          limit: 'JobFailing',
          queries: [
            { expr: ratio(consumed, QUEUE, 'hono_queue_outcome="retry"'), legend: `{{${QUEUE}}}` },
          ],
        },
        {
          title: 'Sending, p95',
          kind: 'graph',
          unit: 's',
          width: 8,
          queries: [{ expr: p95(sending, QUEUE), legend: `{{${QUEUE}}}` }],
        },
        {
          title: 'Waiting in the queue',
          kind: 'graph',
          unit: 's',
          width: 8,
          limit: 'QueueWaitLong',
          queries: percentiles(waiting),
        },
        {
          title: 'Queue length',
          description: 'Messages that wait, by the queue’s id, as Cloudflare tells once a minute.',
          kind: 'graph',
          width: 24,
          limit: 'QueueBacklog',
          origin: 'platform-metrics',
          queries: [
            {
              expr: `max by (cloudflare_queue_id) (${METRICS.backlog.prometheus})`,
              legend: '{{cloudflare_queue_id}}',
            },
          ],
        },
        {
          title: 'A batch, p95',
          kind: 'graph',
          unit: 's',
          width: 8,
          limit: 'JobSlow',
          exemplars: true,
          queries: [{ expr: p95(processing, QUEUE), legend: `{{${QUEUE}}}` }],
        },
      ],
    },
    {
      title: 'Cron triggers',
      panels: [
        {
          title: 'Runs and their outcomes',
          kind: 'graph',
          unit: 'ops',
          width: 12,
          origin: 'tail-worker',
          queries: [
            {
              expr: `sum by (cloudflare_script_name, hono_tail_outcome) (rate(${METRICS.invocations.prometheus}{${SERVICE},hono_tail_event="scheduled"}[${WINDOW}]))`,
              legend: '{{cloudflare_script_name}} {{hono_tail_outcome}}',
            },
          ],
        },
        {
          title: 'Runs, from their spans',
          kind: 'graph',
          unit: 'ops',
          width: 12,
          origin: 'collector',
          queries: [{ expr: spans('scheduled .*'), legend: '{{span_name}} {{status_code}}' }],
        },
      ],
    },
    {
      title: 'Workflows',
      panels: [
        {
          title: 'Calls of the binding',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          queries: [
            {
              expr: rate(
                bindings,
                'cloudflare_binding_name, hono_binding_operation, error_type',
                'cloudflare_binding_type="Workflow"',
              ),
              legend: '{{hono_binding_operation}} {{cloudflare_binding_name}} {{error_type}}',
            },
          ],
        },
        {
          title: 'Runs that ended',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          queries: [
            {
              expr: rate(workflowRuns, `${WORKFLOW}, error_type`),
              legend: `{{${WORKFLOW}}} {{error_type}}`,
            },
          ],
        },
        {
          title: 'Share of runs that failed',
          kind: 'graph',
          unit: 'percentunit',
          width: 8,
          limit: 'WorkflowFailing',
          queries: [
            { expr: ratio(workflowRuns, WORKFLOW, 'error_type!=""'), legend: `{{${WORKFLOW}}}` },
          ],
        },
        {
          title: 'A run from its creation to its end, p95',
          kind: 'graph',
          unit: 's',
          width: 8,
          exemplars: true,
          queries: [{ expr: p95(workflowRuns, WORKFLOW), legend: `{{${WORKFLOW}}}` }],
        },
        {
          title: 'Executions of steps',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          queries: [
            {
              expr: rate(workflowSteps, `${WORKFLOW}, ${STEP}, error_type`),
              legend: `{{${STEP}}} {{error_type}}`,
            },
          ],
        },
        {
          title: 'Steps, p95',
          kind: 'graph',
          unit: 's',
          width: 8,
          queries: [{ expr: p95(workflowSteps, `${WORKFLOW}, ${STEP}`), legend: `{{${STEP}}}` }],
        },
      ],
    },
  ],
}
