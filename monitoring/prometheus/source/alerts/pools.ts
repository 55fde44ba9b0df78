import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf, slowAlert } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { increase, SERVICE } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { growing, holding } from '../series.ts'

const team = 'application'
const POOL = 'db_client_connection_pool_name'
const { poolConnections, poolMax, poolWaits, poolTimeouts } = METRICS
const labels = { job: 'shop', [POOL]: 'db:5432/shop' }

/** Whether the pools of `hono-observability/db` have connections left. */
export const poolAlerts = (thresholds: Thresholds): Alert[] => [
  alert(thresholds, 'PoolNearlyExhausted', {
    severity: 'warning',
    team,
    summary: 'The pool {db_client_connection_pool_name} of {job} is nearly used up',
    description: '{value} of its connections are in use at {instance}; the limit is {limit}.',
    format: 'share',
    // Each process has a pool of its own: one may be used up while others idle.
    expr: (limit) =>
      `sum by (${SERVICE}, instance, ${POOL}) (${poolConnections.prometheus}{db_client_connection_state="used"})\n` +
      `  / (sum by (${SERVICE}, instance, ${POOL}) (${poolMax.prometheus}) > 0) > ${limit}`,
    test: {
      labels: { ...labels, instance: 'shop-1' },
      series: (level) => {
        const pool = { ...labels, instance: 'shop-1' }
        const used = 100 * limitOf(thresholds, 'PoolNearlyExhausted') * level
        return [
          holding(
            poolConnections.prometheus,
            { ...pool, db_client_connection_state: 'used' },
            1,
            used,
          ),
          holding(
            poolConnections.prometheus,
            { ...pool, db_client_connection_state: 'idle' },
            99,
            5,
          ),
          holding(poolMax.prometheus, pool, 100, 100),
        ]
      },
    },
  }),
  slowAlert(thresholds, 'PoolWaitLong', {
    severity: 'warning',
    team,
    summary: '{job} waits for connections of {db_client_connection_pool_name}',
    description: 'The 95th percentile over 5 minutes is {value}; the limit is {limit}.',
    metric: poolWaits,
    by: `${SERVICE}, ${POOL}`,
    labels,
  }),
  alert(thresholds, 'PoolTimeouts', {
    severity: 'critical',
    team,
    summary: '{job} gets no connection of {db_client_connection_pool_name}',
    description: '{value} requests for one timed out in 5 minutes; the limit is {limit}.',
    expr: (limit) => `${increase(poolTimeouts, `${SERVICE}, ${POOL}`, '5m')} > ${limit}`,
    test: {
      labels,
      series: (level) => [
        growing(poolTimeouts, labels, 0, (limitOf(thresholds, 'PoolTimeouts') / 5) * level),
      ],
    },
  }),
]
