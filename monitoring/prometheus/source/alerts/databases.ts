import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf } from '../alert.ts'
import { SERVICE } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { growingNamed, holding } from '../series.ts'

const team = 'platform'
const service = 'instance'
const SERVER = `${SERVICE}, instance`

/** What an exporter says of its server. Names are those of old and new versions, where they differ. */
interface Server {
  readonly system: string
  readonly labels: { readonly job: string; readonly instance: string }
  readonly up: string
  readonly used: string
  readonly max: readonly string[]
}

const SERVERS: readonly Server[] = [
  {
    system: 'postgresql',
    labels: { job: 'postgres', instance: 'db1:9187' },
    up: 'pg_up',
    used: 'pg_stat_database_numbackends',
    max: ['pg_settings_max_connections'],
  },
  {
    system: 'mysql',
    labels: { job: 'mysql', instance: 'db2:9104' },
    up: 'mysql_up',
    used: 'mysql_global_status_threads_connected',
    max: ['mysql_global_variables_max_connections'],
  },
  {
    system: 'redis',
    labels: { job: 'redis', instance: 'db3:9121' },
    up: 'redis_up',
    used: 'redis_connected_clients',
    max: ['redis_max_clients', 'redis_config_maxclients'],
  },
]

const redis = { job: 'redis', instance: 'db3:9121' }

/** Whether the databases are there, and have room: as their exporters say. */
export const databaseAlerts = (thresholds: Thresholds): Alert[] => [
  ...SERVERS.map(({ system, labels, up }) =>
    alert(thresholds, 'DatabaseUnreachable', {
      severity: 'critical',
      team,
      service,
      labels: { db_system_name: system },
      summary: 'The exporter {instance} cannot reach its database ({db_system_name})',
      description: 'It is down, takes no connections, or refuses the user of the exporter.',
      expr: () => `${up} == 0`,
      test: {
        labels,
        levels: [0, 1],
        series: (level) => [holding(up, labels, 1, level)],
      },
    }),
  ),
  ...SERVERS.map(({ system, labels, used, max }) =>
    alert(thresholds, 'DatabaseConnectionsHigh', {
      severity: 'warning',
      team,
      service,
      labels: { db_system_name: system },
      summary: 'The database of {instance} ({db_system_name}) runs out of connections',
      description: '{value} of its connections are in use; the limit is {limit}.',
      format: 'share',
      expr: (limit) =>
        `sum by (${SERVER}) (${used})\n` +
        `  / (max by (${SERVER}) (${max.join(' or ')}) > 0) > ${limit}`,
      test: {
        labels,
        series: (level) => [
          holding(used, labels, 10, 100 * limitOf(thresholds, 'DatabaseConnectionsHigh') * level),
          holding(max[0] ?? '', labels, 100, 100),
        ],
        cases: max.slice(1).map((name) => ({
          name: `the maximum is called ${name}`,
          series: [holding(used, labels, 10, 99), holding(name, labels, 100, 100)],
          firing: 1,
        })),
      },
    }),
  ),
  transactionLong(thresholds),
  replicationLag(thresholds),
  replicationStopped(thresholds),
  alert(thresholds, 'RedisMemoryHigh', {
    severity: 'warning',
    team,
    service,
    summary: 'The Redis of {instance} runs out of memory',
    description: '{value} of its maxmemory is used; the limit is {limit}.',
    format: 'share',
    // Without `maxmemory` it is 0, and the limit is the host's.
    expr: (limit) =>
      `max by (${SERVER}) (redis_memory_used_bytes)\n` +
      `  / (max by (${SERVER}) (redis_memory_max_bytes) > 0) > ${limit}`,
    test: {
      labels: redis,
      series: (level) => [
        holding(
          'redis_memory_used_bytes',
          redis,
          1e8,
          1e9 * Math.min(1, limitOf(thresholds, 'RedisMemoryHigh') * level),
        ),
        holding('redis_memory_max_bytes', redis, 1e9, 1e9),
      ],
      cases: [
        {
          name: 'a Redis without maxmemory has no share',
          series: [
            holding('redis_memory_used_bytes', redis, 1e8, 1e12),
            holding('redis_memory_max_bytes', redis, 0, 0),
          ],
          firing: 0,
        },
      ],
    },
  }),
  alert(thresholds, 'RedisEvicting', {
    severity: 'ticket',
    team,
    service,
    summary: 'The Redis of {instance} evicts keys',
    description: '{value} keys were removed in 15 minutes for want of memory.',
    expr: (limit) => `sum by (${SERVER}) (increase(redis_evicted_keys_total[15m])) > ${limit}`,
    test: {
      labels: redis,
      minutes: [30, 60, 60],
      levels: [2, 0],
      value: 30,
      series: (level) => [growingNamed('redis_evicted_keys_total', redis, 0, level)],
    },
  }),
]

const transactionLong = (thresholds: Thresholds): Alert => {
  const labels = { job: 'postgres', instance: 'db1:9187', datname: 'shop' }
  const name = 'pg_stat_activity_max_tx_duration'
  const seconds = limitOf(thresholds, 'DatabaseTransactionLong')
  return alert(thresholds, 'DatabaseTransactionLong', {
    severity: 'warning',
    team,
    service,
    summary: 'A transaction in {datname} of {instance} is open and does nothing',
    description:
      'It began {value} ago; the limit is {limit}. It keeps locks, and rows from VACUUM.',
    format: 'seconds',
    expr: (limit) =>
      `max by (${SERVER}, datname) (${name}{state=~"idle in transaction.*"}) > ${limit}`,
    test: {
      labels,
      series: (level) => [
        holding(name, { ...labels, state: 'idle in transaction' }, 0, seconds * level),
      ],
      cases: [
        {
          name: 'a long query is work',
          series: [holding(name, { ...labels, state: 'active' }, 0, seconds * 10)],
          firing: 0,
        },
      ],
    },
  })
}

/** Of PostgreSQL by newer and older exporters, of MariaDB and MySQL, and of MySQL since 8.4. */
const LAGS = [
  'pg_replication_lag_seconds',
  'pg_replication_lag',
  'mysql_slave_status_seconds_behind_master',
  'mysql_slave_status_seconds_behind_source',
]

const replicationLag = (thresholds: Thresholds): Alert => {
  const labels = { job: 'postgres', instance: 'db1:9187' }
  return alert(thresholds, 'DatabaseReplicationLag', {
    severity: 'warning',
    team,
    service,
    summary: 'The replica of {instance} is behind its primary',
    description: 'It is {value} behind; the limit is {limit}. Who reads from it reads what was.',
    format: 'seconds',
    expr: (limit) => `max by (${SERVER}) (${LAGS.join(' or ')}) > ${limit}`,
    test: {
      labels,
      series: (level) => [
        holding(LAGS[0] ?? '', labels, 0, limitOf(thresholds, 'DatabaseReplicationLag') * level),
      ],
      cases: LAGS.slice(1).map((name) => ({
        name: `it is called ${name}`,
        series: [holding(name, labels, 0, 10_000)],
        firing: 1,
      })),
    },
  })
}

/** Of MariaDB and MySQL, and of MySQL since 8.4: whether a replica applies what came, and whether it gets any. */
const RUNNING = [
  'mysql_slave_status_slave_sql_running',
  'mysql_slave_status_slave_io_running',
  'mysql_slave_status_replica_sql_running',
  'mysql_slave_status_replica_io_running',
]

/** Its lag is NULL then, and so not there. */
const replicationStopped = (thresholds: Thresholds): Alert => {
  const labels = { job: 'mysql', instance: 'db2:9104' }
  const [first = '', ...others] = RUNNING
  return alert(thresholds, 'DatabaseReplicationStopped', {
    severity: 'warning',
    team,
    service,
    summary: 'The replica of {instance} has stopped',
    description:
      'One of its threads does not run, and it has no lag that could be told. Who reads from it reads what was.',
    expr: () => RUNNING.map((name) => `min by (${SERVER}) (${name}) == 0`).join('\n  or '),
    test: {
      labels,
      levels: [0, 1],
      series: (level) => [holding(first, labels, 1, level)],
      cases: [
        ...others.map((name) => ({
          name: `${name} is 0`,
          series: [holding(name, labels, 1, 0)],
          firing: 1,
        })),
        {
          name: 'one thread runs and the other does not',
          series: RUNNING.slice(0, 2).map((name, at) => holding(name, labels, 1, at)),
          firing: 1,
        },
        {
          name: 'one of two sources has stopped',
          series: ['a', 'b'].map((channel, at) =>
            holding(first, { ...labels, channel_name: channel }, 1, at),
          ),
          firing: 1,
        },
      ],
    },
  })
}
