import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf } from '../alert.ts'
import { SERVICE } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { growingNamed, holding } from '../series.ts'

const team = 'platform'
const service = 'instance'
const BY = `${SERVICE}, instance, name`
const labels = { job: 'cadvisor', instance: 'db1:8080', name: 'shop-1' }

/** The other cgroups of the host have no name. */
const NAMED = '{name!=""}'

/** How containers are, as cAdvisor says. */
export const containerAlerts = (thresholds: Thresholds): Alert[] => [
  alert(thresholds, 'ContainerMemoryHigh', {
    severity: 'warning',
    team,
    service,
    summary: 'The container {name} at {instance} runs out of memory',
    description: '{value} of its limit is used; the limit of that is {limit}. At 100% it is ended.',
    format: 'share',
    // Without a limit it is 0.
    expr: (limit) =>
      `max by (${BY}) (container_memory_working_set_bytes${NAMED})\n` +
      `  / (max by (${BY}) (container_spec_memory_limit_bytes${NAMED}) > 0) > ${limit}`,
    test: {
      labels,
      series: (level) => [
        holding(
          'container_memory_working_set_bytes',
          labels,
          1e8,
          1e9 * Math.min(1, limitOf(thresholds, 'ContainerMemoryHigh') * level),
        ),
        holding('container_spec_memory_limit_bytes', labels, 1e9, 1e9),
      ],
      cases: [
        {
          name: 'a container without a limit has no share',
          series: [
            holding('container_memory_working_set_bytes', labels, 1e8, 1e12),
            holding('container_spec_memory_limit_bytes', labels, 0, 0),
          ],
          firing: 0,
        },
      ],
    },
  }),
  alert(thresholds, 'ContainerOutOfMemory', {
    severity: 'warning',
    team,
    service,
    summary: 'The container {name} at {instance} was out of memory',
    description: '{value} of its processes were ended for it in 15 minutes.',
    expr: (limit) =>
      `sum by (${BY}) (increase(container_oom_events_total${NAMED}[15m])) > ${limit}`,
    test: {
      labels,
      levels: [2, 0],
      value: 30,
      series: (level) => [growingNamed('container_oom_events_total', labels, 0, level)],
    },
  }),
  alert(thresholds, 'ContainerRestarting', {
    severity: 'warning',
    team,
    service,
    summary: 'The container {name} at {instance} starts again and again',
    description: 'It has started {value} times more in 30 minutes; the limit is {limit}.',
    // Its CPU time begins anew. `container_start_time_seconds` is, of Docker's, when they were made: it stays.
    expr: (limit) =>
      `max by (${BY}) (resets(container_cpu_usage_seconds_total${NAMED}[30m])) > ${limit}`,
    test: {
      labels,
      levels: [1, 0],
      value: 30,
      // Less than before each minute.
      series: (level) => [
        growingNamed('container_cpu_usage_seconds_total', labels, 60, level ? -1 : 60),
      ],
    },
  }),
]
