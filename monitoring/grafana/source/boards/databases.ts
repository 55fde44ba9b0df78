import { METRICS } from '../../../prometheus/source/metrics.ts'
import { graphsOf } from '../graphs.ts'
import type { Board } from '../panel.ts'
import { p95, rate, SERVICE, WINDOW } from '../query.ts'
import { SHOWN } from './metrics.ts'

const { poolConnections, poolMax, poolWaits, poolTimeouts } = METRICS
const POOL = 'db_client_connection_pool_name'

/** Of the pools of apps, by `hono-observability/db`. */
const ofPools = graphsOf('database-client')
/** Of the exporters, whichever service was chosen: they are none. */
const ofServers = graphsOf('exporter')
const ofReplicas = graphsOf('replica')

const perSecond = (name: string, by = ''): string =>
  `sum by (instance${by}) (rate(${name}[${WINDOW}]))`

const ofMax = (used: string, max: string): string =>
  `sum by (instance) (${used}) / (max by (instance) (${max}) > 0)`

const hits = (hit: string, missed: string): string => {
  const [hits, misses] = [perSecond(hit), perSecond(missed)]
  return `${hits} / (${hits} + ${misses})`
}

export const databases: Board = {
  uid: 'databases',
  title: 'Databases',
  description:
    'Pools of the services, and PostgreSQL, MySQL and Redis as their exporters say. The chooser of services is for the pools alone.',
  rows: [
    {
      title: 'Pools of the services',
      panels: [
        ofPools({
          title: 'Connections in use, of how many there may be',
          unit: 'percentunit',
          limit: 'PoolNearlyExhausted',
          queries: [
            [
              `sum by (job, instance, ${POOL}) (${poolConnections.prometheus}{db_client_connection_state="used",${SERVICE}})` +
                ` / sum by (job, instance, ${POOL}) (${poolMax.prometheus}{${SERVICE}})`,
              `{{job}} {{instance}} {{${POOL}}}`,
            ],
          ],
        }),
        ofPools({
          title: 'Connections',
          stacked: true,
          queries: [
            [
              `sum by (${POOL}, db_client_connection_state) (${poolConnections.prometheus}{${SERVICE}})`,
              `{{db_client_connection_state}} {{${POOL}}}`,
            ],
          ],
        }),
        ofPools({
          title: 'Waiting for one',
          queries: [
            [`sum by (${POOL}) (db_client_connection_pending_requests{${SERVICE}})`, `{{${POOL}}}`],
          ],
        }),
        ofPools({
          title: 'The wait for one, p95',
          unit: 's',
          limit: 'PoolWaitLong',
          queries: [[p95(poolWaits, POOL), `{{${POOL}}}`]],
        }),
        ofPools({
          title: 'How long one is held, p95',
          unit: 's',
          queries: [[p95(SHOWN.poolUse, POOL), `{{${POOL}}}`]],
        }),
        ofPools({
          title: 'Time-outs',
          description: 'Each is a request that failed: see the runbook PoolTimeouts.',
          unit: 'ops',
          queries: [[rate(poolTimeouts, POOL), `{{${POOL}}}`]],
        }),
      ],
    },
    {
      title: 'PostgreSQL',
      panels: [
        ofServers({
          title: 'Connections in use, of max_connections',
          unit: 'percentunit',
          limit: 'DatabaseConnectionsHigh',
          queries: [
            [ofMax('pg_stat_database_numbackends', 'pg_settings_max_connections'), '{{instance}}'],
          ],
        }),
        ofServers({
          title: 'Connections by state',
          stacked: true,
          queries: [['sum by (state) (pg_stat_activity_count)', '{{state}}']],
        }),
        ofServers({
          title: 'The longest transaction',
          unit: 's',
          limit: 'DatabaseTransactionLong',
          queries: [
            [
              'max by (instance, datname, state) (pg_stat_activity_max_tx_duration)',
              '{{datname}} {{state}}',
            ],
          ],
        }),
        ofServers({
          title: 'Transactions',
          unit: 'ops',
          queries: [
            [perSecond('pg_stat_database_xact_commit', ', datname'), '{{datname}} committed'],
            [perSecond('pg_stat_database_xact_rollback', ', datname'), '{{datname}} rolled back'],
          ],
        }),
        ofServers({
          title: 'Blocks that were in memory',
          unit: 'percentunit',
          queries: [
            [hits('pg_stat_database_blks_hit', 'pg_stat_database_blks_read'), '{{instance}}'],
          ],
        }),
        ofServers({
          title: 'Deadlocks',
          unit: 'ops',
          queries: [[perSecond('pg_stat_database_deadlocks', ', datname'), '{{datname}}']],
        }),
        ofServers({
          title: 'Size',
          unit: 'bytes',
          queries: [['max by (instance, datname) (pg_database_size_bytes)', '{{datname}}']],
        }),
        ofServers({
          title: 'Locks that are held',
          queries: [['sum by (datname, mode) (pg_locks_count) > 0', '{{datname}} {{mode}}']],
        }),
        ofServers({
          title: 'Behind the primary',
          description: '0 of a primary.',
          unit: 's',
          limit: 'DatabaseReplicationLag',
          queries: [
            [
              'max by (instance) (pg_replication_lag_seconds or pg_replication_lag)',
              '{{instance}}',
            ],
          ],
        }),
      ],
    },
    {
      title: 'MySQL and MariaDB',
      panels: [
        ofServers({
          title: 'Connections in use, of max_connections',
          unit: 'percentunit',
          limit: 'DatabaseConnectionsHigh',
          queries: [
            [
              ofMax(
                'mysql_global_status_threads_connected',
                'mysql_global_variables_max_connections',
              ),
              '{{instance}}',
            ],
          ],
        }),
        ofServers({
          title: 'Statements',
          unit: 'ops',
          queries: [[perSecond('mysql_global_status_queries'), '{{instance}}']],
        }),
        ofServers({
          title: 'Slow statements, and joins without an index',
          unit: 'ops',
          queries: [
            [perSecond('mysql_global_status_slow_queries'), '{{instance}} slow'],
            [perSecond('mysql_global_status_select_full_join'), '{{instance}} without an index'],
          ],
        }),
        ofServers({
          title: 'Running, and connections that were refused',
          queries: [
            ['sum by (instance) (mysql_global_status_threads_running)', '{{instance}} running'],
            [perSecond('mysql_global_status_aborted_connects'), '{{instance}} refused a second'],
          ],
        }),
        ofServers({
          title: 'Pages that had to be read from disk',
          unit: 'ops',
          queries: [[perSecond('mysql_global_status_innodb_buffer_pool_reads'), '{{instance}}']],
        }),
        ofServers({
          title: 'Waits for locks of rows',
          unit: 'ops',
          queries: [[perSecond('mysql_global_status_innodb_row_lock_waits'), '{{instance}}']],
        }),
        ofReplicas({
          title: 'Behind the primary',
          description: 'Only of replicas.',
          unit: 's',
          limit: 'DatabaseReplicationLag',
          queries: [
            [
              'max by (instance) (mysql_slave_status_seconds_behind_master or mysql_slave_status_seconds_behind_source)',
              '{{instance}}',
            ],
          ],
        }),
      ],
    },
    {
      title: 'Redis and Valkey',
      panels: [
        ofServers({
          title: 'Memory in use, of maxmemory',
          unit: 'percentunit',
          limit: 'RedisMemoryHigh',
          queries: [[ofMax('redis_memory_used_bytes', 'redis_memory_max_bytes'), '{{instance}}']],
        }),
        ofServers({
          title: 'Keys evicted and expired',
          unit: 'ops',
          queries: [
            [perSecond('redis_evicted_keys_total'), '{{instance}} evicted'],
            [perSecond('redis_expired_keys_total'), '{{instance}} expired'],
          ],
        }),
        ofServers({
          title: 'Look-ups that found something',
          unit: 'percentunit',
          queries: [
            [hits('redis_keyspace_hits_total', 'redis_keyspace_misses_total'), '{{instance}}'],
          ],
        }),
        ofServers({
          title: 'Commands',
          unit: 'ops',
          queries: [[perSecond('redis_commands_processed_total'), '{{instance}}']],
        }),
        ofServers({
          title: 'Clients, of how many there may be',
          unit: 'percentunit',
          limit: 'DatabaseConnectionsHigh',
          queries: [
            [
              ofMax('redis_connected_clients', 'redis_max_clients or redis_config_maxclients'),
              '{{instance}}',
            ],
          ],
        }),
        ofServers({
          title: 'Keys',
          queries: [['sum by (instance, db) (redis_db_keys)', '{{instance}} {{db}}']],
        }),
      ],
    },
  ],
}
