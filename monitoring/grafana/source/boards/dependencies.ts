import { METRICS } from '../../../prometheus/source/metrics.ts'
import type { Board, PanelSpec } from '../panel.ts'
import { p95, rate, ratio, SERVICE } from '../query.ts'
import { SHOWN } from './metrics.ts'

const { database, upstreams, bindings, lookups, rpc } = METRICS
const D1 = 'db_system_name="sqlite"'
const KV = 'db_system_name="cloudflare-kv"'
const R2 = 'cloudflare_binding_type="R2"'
const HIT = 'hono_cache_result="hit"'
const NAME = 'cloudflare_binding_name'

/** What a check that runs once a day has told last. */
const inspected = (gauge: string, by: string): string =>
  `max by (${by}) (last_over_time(${gauge}{${SERVICE}}[25h]))`

const hits = (title: string, among: string): PanelSpec => ({
  title,
  kind: 'graph',
  unit: 'percentunit',
  width: 8,
  steps: [0.8, 0.7],
  queries: [{ expr: ratio(lookups, NAME, HIT, among), legend: `{{${NAME}}}` }],
})

export const dependencies: Board = {
  uid: 'dependencies',
  title: 'Dependencies',
  description: 'KV, D1, R2, Durable Objects and upstreams: calls, failures, durations, cache hits.',
  rows: [
    {
      title: 'D1 and SQL of Durable Objects',
      panels: [
        {
          title: 'Statements',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          queries: [
            {
              expr: rate(database, 'db_namespace, db_operation_name', D1),
              legend: '{{db_namespace}} {{db_operation_name}}',
            },
          ],
        },
        {
          title: 'p95',
          kind: 'graph',
          unit: 's',
          width: 8,
          limit: 'DatabaseSlow',
          exemplars: true,
          queries: [
            {
              expr: p95(database, 'db_namespace, db_operation_name, db_collection_name', D1),
              legend: '{{db_namespace}} {{db_operation_name}} {{db_collection_name}}',
            },
          ],
        },
        {
          title: 'Share that failed',
          kind: 'graph',
          unit: 'percentunit',
          width: 8,
          limit: 'DatabaseFailing',
          queries: [
            {
              expr: ratio(database, 'db_namespace', 'error_type!=""', D1),
              legend: '{{db_namespace}}',
            },
          ],
        },
      ],
    },
    {
      title: 'D1 databases, as a scheduled check sees them (inspectD1)',
      panels: [
        {
          title: 'Size',
          description: 'As of the last check, for 25 hours. D1 ends at 10 GB.',
          kind: 'graph',
          unit: 'bytes',
          width: 12,
          limit: 'D1DatabaseLarge',
          queries: [
            { expr: inspected(METRICS.d1Inspected.prometheus, NAME), legend: `{{${NAME}}}` },
          ],
        },
        {
          title: 'Rows by table',
          description: 'As of the last `ANALYZE`, or counted up to a limit.',
          kind: 'graph',
          width: 12,
          queries: [
            {
              expr: inspected('hono_d1_table_rows', `${NAME}, db_collection_name`),
              legend: `{{${NAME}}} {{db_collection_name}}`,
            },
          ],
        },
      ],
    },
    {
      title: 'KV',
      panels: [
        {
          title: 'Operations',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          queries: [
            {
              expr: rate(database, 'db_namespace, db_operation_name', KV),
              legend: '{{db_operation_name}} {{db_namespace}}',
            },
          ],
        },
        {
          title: 'p95',
          kind: 'graph',
          unit: 's',
          width: 8,
          limit: 'DatabaseSlow',
          queries: [
            {
              expr: p95(database, 'db_namespace, db_operation_name', KV),
              legend: '{{db_operation_name}} {{db_namespace}}',
            },
          ],
        },
        hits('Hits', 'cloudflare_binding_type="KV"'),
      ],
    },
    {
      title: 'R2',
      panels: [
        {
          title: 'Operations',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          queries: [
            {
              expr: rate(bindings, `${NAME}, hono_binding_operation`, R2),
              legend: `{{hono_binding_operation}} {{${NAME}}}`,
            },
          ],
        },
        {
          title: 'p95',
          kind: 'graph',
          unit: 's',
          width: 8,
          limit: 'BindingSlow',
          queries: [
            {
              expr: p95(bindings, `${NAME}, hono_binding_operation`, R2),
              legend: `{{hono_binding_operation}} {{${NAME}}}`,
            },
          ],
        },
        hits('Hits', R2),
      ],
    },
    {
      title: 'Upstreams',
      panels: [
        {
          title: 'Requests by status',
          kind: 'graph',
          unit: 'reqps',
          width: 8,
          stacked: true,
          queries: [
            {
              expr: rate(upstreams, 'server_address, http_response_status_code'),
              legend: '{{server_address}} {{http_response_status_code}}',
            },
          ],
        },
        {
          title: 'p95',
          kind: 'graph',
          unit: 's',
          width: 8,
          exemplars: true,
          limit: 'UpstreamSlow',
          queries: [{ expr: p95(upstreams, 'server_address'), legend: '{{server_address}}' }],
        },
        {
          title: 'Share that failed',
          kind: 'graph',
          unit: 'percentunit',
          width: 8,
          limit: 'UpstreamFailing',
          queries: [
            {
              expr: ratio(upstreams, 'server_address', 'error_type!=""'),
              legend: '{{server_address}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Durable Objects over RPC',
      panels: [
        {
          title: 'Calls',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          queries: [{ expr: rate(rpc, 'rpc_method'), legend: '{{rpc_method}}' }],
        },
        {
          title: 'p95, seen by the caller',
          kind: 'graph',
          unit: 's',
          width: 8,
          limit: 'RpcSlow',
          queries: [{ expr: p95(rpc, 'rpc_method'), legend: '{{rpc_method}}' }],
        },
        {
          title: 'p95, in the object',
          description:
            'What the caller waits for beyond this is the way there and the queue in front of the object.',
          kind: 'graph',
          unit: 's',
          width: 8,
          queries: [{ expr: p95(SHOWN.rpcServed, 'rpc_method'), legend: '{{rpc_method}}' }],
        },
      ],
    },
    {
      title: 'Who calls whom',
      panels: [
        {
          title: 'Edges of the service graph',
          kind: 'graph',
          unit: 'reqps',
          width: 24,
          origin: 'collector',
          queries: [
            {
              expr: `sum by (client, server) (rate(${SHOWN.edges.prometheus}[$__rate_interval]))`,
              legend: '{{client}} → {{server}}',
            },
          ],
        },
      ],
    },
  ],
}
