import { anyOf } from '../../../prometheus/source/promql.ts'
import { settings } from '../../../thresholds.ts'
import { graphsOf } from '../graphs.ts'
import type { Board } from '../panel.ts'
import { WINDOW } from '../query.ts'

const ofHosts = graphsOf('exporter')
const ofContainers = graphsOf('cadvisor')

const perSecond = (name: string, by: string, matchers = ''): string =>
  `sum by (${by}) (rate(${name}${matchers}[${WINDOW}]))`

const ON_DISK = '{fstype!~"tmpfs|ramfs|overlay|squashfs"}'
const used = (left: string, all: string): string =>
  `1 - min by (instance, mountpoint) (${left}${ON_DISK} / (${all} > 0))`

const EXPORTERS = `job=~"${anyOf(settings.exporters)}"`

/** The other cgroups of the host have no name. */
const NAMED = '{name!=""}'
const CONTAINER = '{{instance}} {{name}}'

export const hosts: Board = {
  uid: 'hosts',
  title: 'Hosts',
  description: 'Hosts by the node exporter, containers by cAdvisor, whichever service was chosen.',
  rows: [
    {
      title: 'Hosts',
      panels: [
        ofHosts({
          title: 'CPU in use',
          unit: 'percentunit',
          limit: 'HostCpuHigh',
          queries: [
            [
              `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[${WINDOW}]))`,
              '{{instance}}',
            ],
          ],
        }),
        ofHosts({
          title: 'Load, for each CPU',
          queries: [
            [
              'max by (instance) (node_load5) / count by (instance) (node_cpu_seconds_total{mode="idle"})',
              '{{instance}}',
            ],
          ],
        }),
        ofHosts({
          title: 'Memory in use',
          unit: 'percentunit',
          limit: 'HostMemoryHigh',
          queries: [
            [
              '1 - max by (instance) (node_memory_MemAvailable_bytes) / max by (instance) (node_memory_MemTotal_bytes)',
              '{{instance}}',
            ],
          ],
        }),
        ofHosts({
          title: 'Disk in use',
          unit: 'percentunit',
          limit: 'DiskFull',
          queries: [
            [
              used('node_filesystem_avail_bytes', 'node_filesystem_size_bytes'),
              '{{instance}} {{mountpoint}}',
            ],
          ],
        }),
        ofHosts({
          title: 'Inodes in use',
          unit: 'percentunit',
          limit: 'InodesRunningOut',
          queries: [
            [
              used('node_filesystem_files_free', 'node_filesystem_files'),
              '{{instance}} {{mountpoint}}',
            ],
          ],
        }),
        ofHosts({
          title: 'Left on disk',
          unit: 'bytes',
          queries: [
            [
              `min by (instance, mountpoint) (node_filesystem_avail_bytes${ON_DISK})`,
              '{{instance}} {{mountpoint}}',
            ],
          ],
        }),
        ofHosts({
          title: 'Time that disks are busy',
          unit: 'percentunit',
          limit: 'HostIoSaturated',
          queries: [
            [
              perSecond('node_disk_io_time_seconds_total', 'instance, device'),
              '{{instance}} {{device}}',
            ],
          ],
        }),
        ofHosts({
          title: 'Requests that wait for a disk',
          queries: [
            [
              perSecond('node_disk_io_time_weighted_seconds_total', 'instance, device'),
              '{{instance}} {{device}}',
            ],
          ],
        }),
        ofHosts({
          title: 'Network',
          unit: 'Bps',
          queries: [
            [
              perSecond('node_network_receive_bytes_total', 'instance, device', '{device!="lo"}'),
              '{{instance}} {{device}} in',
            ],
            [
              perSecond('node_network_transmit_bytes_total', 'instance, device', '{device!="lo"}'),
              '{{instance}} {{device}} out',
            ],
          ],
        }),
      ],
    },
    {
      title: 'Containers',
      panels: [
        ofContainers({
          title: 'Memory in use, of its limit',
          description: 'Of containers that have one.',
          unit: 'percentunit',
          limit: 'ContainerMemoryHigh',
          queries: [
            [
              `max by (instance, name) (container_memory_working_set_bytes${NAMED}) / (max by (instance, name) (container_spec_memory_limit_bytes${NAMED}) > 0)`,
              CONTAINER,
            ],
          ],
        }),
        ofContainers({
          title: 'Memory in use',
          unit: 'bytes',
          stacked: true,
          queries: [
            [`max by (instance, name) (container_memory_working_set_bytes${NAMED})`, CONTAINER],
          ],
        }),
        ofContainers({
          title: 'CPUs in use',
          stacked: true,
          queries: [
            [perSecond('container_cpu_usage_seconds_total', 'instance, name', NAMED), CONTAINER],
          ],
        }),
        ofContainers({
          title: 'Starts in 30 minutes',
          limit: 'ContainerRestarting',
          queries: [
            [
              `max by (instance, name) (resets(container_cpu_usage_seconds_total${NAMED}[30m]))`,
              CONTAINER,
            ],
          ],
        }),
        ofContainers({
          title: 'Ended for their memory',
          description: 'In 15 minutes: see the runbook ContainerOutOfMemory.',
          queries: [
            [
              `sum by (instance, name) (increase(container_oom_events_total${NAMED}[15m]))`,
              CONTAINER,
            ],
          ],
        }),
        ofContainers({
          title: 'Network',
          unit: 'Bps',
          queries: [
            [
              perSecond('container_network_receive_bytes_total', 'instance, name', NAMED),
              `${CONTAINER} in`,
            ],
            [
              perSecond('container_network_transmit_bytes_total', 'instance, name', NAMED),
              `${CONTAINER} out`,
            ],
          ],
        }),
      ],
    },
    {
      title: 'Exporters',
      panels: [
        ofHosts({
          title: 'Up',
          queries: [[`up{${EXPORTERS}}`, '{{job}} {{instance}}']],
        }),
        ofHosts({
          title: 'Databases that their exporters reach',
          queries: [
            ['max by (instance) (pg_up)', 'PostgreSQL {{instance}}'],
            ['max by (instance) (mysql_up)', 'MySQL {{instance}}'],
            ['max by (instance) (redis_up)', 'Redis {{instance}}'],
          ],
        }),
        ofHosts({
          title: 'How long a scrape takes',
          unit: 's',
          queries: [[`scrape_duration_seconds{${EXPORTERS}}`, '{{job}} {{instance}}']],
        }),
      ],
    },
  ],
}
