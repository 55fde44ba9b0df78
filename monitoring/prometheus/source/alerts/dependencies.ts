import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf, shareAlert, slowAlert } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { anyOf, decimal, SERVICE, share } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { failing } from '../series.ts'

const team = 'platform'
const FAILED = 'error_type!=""'

/** A 4xx is an answer, such as a declined payment; 429 is a refusal. */
const UPSTREAM_FAILED = 'error_type=~"429|5..|[^0-9].*"'

const p95 = 'The 95th percentile over 5 minutes is {value}; the limit is {limit}.'
const failed = '{value} of calls failed in 5 minutes; the limit is {limit}.'

/** What the service calls. */
export const dependencyAlerts = (thresholds: Thresholds): Alert[] => {
  const database = {
    team,
    metric: METRICS.database,
    by: `${SERVICE}, db_system_name, db_namespace`,
    labels: { job: 'shop', db_system_name: 'sqlite', db_namespace: 'DB' },
    otherLabels: { db_operation_name: 'SELECT', db_collection_name: 'products' },
  } as const
  const upstream = {
    team,
    metric: METRICS.upstreams,
    by: `${SERVICE}, server_address`,
    labels: { job: 'shop', server_address: 'pay.example.com' },
    otherLabels: { http_request_method: 'POST' },
  } as const
  const rpc = {
    team,
    metric: METRICS.rpc,
    by: `${SERVICE}, rpc_method`,
    labels: { job: 'shop', rpc_method: 'STOCK/reserve' },
  } as const
  const binding = {
    team,
    metric: METRICS.bindings,
    by: `${SERVICE}, cloudflare_binding_type, cloudflare_binding_name`,
    among: 'cloudflare_binding_type!="Workflow"',
    labels: {
      job: 'shop',
      cloudflare_binding_type: 'R2',
      cloudflare_binding_name: 'DOCUMENTS',
    },
    otherLabels: { hono_binding_operation: 'put' },
  } as const
  return [
    slowAlert(thresholds, 'DatabaseElevated', {
      severity: 'ticket',
      summary: '{db_namespace} ({db_system_name}) of {job} is slower than it should be',
      description: p95,
      ...database,
    }),
    slowAlert(thresholds, 'DatabaseSlow', {
      severity: 'warning',
      summary: '{db_namespace} ({db_system_name}) of {job} is slow',
      description: p95,
      ...database,
    }),
    shareAlert(thresholds, 'DatabaseFailing', {
      severity: 'critical',
      summary: '{db_namespace} ({db_system_name}) of {job} fails',
      description: failed,
      bad: FAILED,
      badLabels: { error_type: 'SQLITE_BUSY' },
      ...database,
    }),
    slowAlert(thresholds, 'UpstreamSlow', {
      severity: 'warning',
      summary: '{server_address}, which {job} calls, is slow',
      description: p95,
      ...upstream,
    }),
    shareAlert(thresholds, 'UpstreamFailing', {
      severity: 'critical',
      summary: '{server_address}, which {job} calls, fails',
      description: failed,
      bad: UPSTREAM_FAILED,
      badLabels: { error_type: 'TimeoutError' },
      // Declined payments are none of it.
      goodLabels: { error_type: '402', http_response_status_code: '402' },
      ...upstream,
    }),
    slowAlert(thresholds, 'RpcSlow', {
      severity: 'warning',
      summary: '{rpc_method}, which {job} calls, is slow',
      description: p95,
      ...rpc,
    }),
    shareAlert(thresholds, 'RpcFailing', {
      severity: 'critical',
      summary: '{rpc_method}, which {job} calls, fails',
      description: failed,
      bad: FAILED,
      badLabels: { error_type: 'Error' },
      ...rpc,
    }),
    slowAlert(thresholds, 'BindingSlow', {
      severity: 'warning',
      summary: '{cloudflare_binding_name} ({cloudflare_binding_type}) of {job} is slow',
      description: p95,
      ...binding,
    }),
    shareAlert(thresholds, 'BindingFailing', {
      severity: 'critical',
      summary: '{cloudflare_binding_name} ({cloudflare_binding_type}) of {job} fails',
      description: failed,
      bad: FAILED,
      badLabels: { error_type: 'Error' },
      ...binding,
    }),
    cacheHitRatioLow(thresholds),
  ]
}

const cacheHitRatioLow = (thresholds: Thresholds): Alert => {
  const { storesNotCaches, minPerSecond } = thresholds.settings
  const metric = METRICS.lookups
  const by = `${SERVICE}, cloudflare_binding_type, cloudflare_binding_name`
  const limit = limitOf(thresholds, 'CacheHitRatioLow')
  // By misses: where nothing was ever found, there is no series of hits.
  const misses = share(metric, by, {
    bad: 'hono_cache_result="miss"',
    among: `cloudflare_binding_name!~"${anyOf(storesNotCaches)}"`,
    window: '15m',
  })
  const labels = {
    job: 'shop',
    cloudflare_binding_type: 'KV',
    cloudflare_binding_name: 'PRICES',
  }
  return alert(thresholds, 'CacheHitRatioLow', {
    severity: 'warning',
    team: 'application',
    summary: '{cloudflare_binding_name} ({cloudflare_binding_type}) of {job} misses too often',
    description: 'Only {value} of lookups hit in 15 minutes; the least is {limit}.',
    format: 'share',
    expr: (threshold) =>
      `1 - ${misses.value} < ${threshold}\nand ${misses.all} > ${decimal(minPerSecond)}`,
    test: {
      labels,
      levels: [0.85, 1.15],
      minutes: [30, 60, 40],
      series: (level) =>
        failing(metric, labels, { hono_cache_result: 'miss' }, 1 - limit * level, {
          hono_cache_result: 'hit',
        }),
    },
  })
}
