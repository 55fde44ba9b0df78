import type { LimitName, Thresholds } from '../../../thresholds.ts'
import { alert, limitOf } from '../alert.ts'
import { anyOf, SERVICE } from '../promql.ts'
import type { Alert, Severity } from '../rule.ts'
import { growingNamed, holding } from '../series.ts'

const team = 'platform'
const service = 'instance'
const HOST = `${SERVICE}, instance`
const host = { job: 'node', instance: 'db1:9100' }
const disk = { ...host, mountpoint: '/' }
const ext4 = { ...disk, fstype: 'ext4' }

/** What is not in memory, nor made of something else. */
const ON_DISK = 'fstype!~"tmpfs|ramfs|overlay|squashfs"'

/** How much of a file system is used, of its bytes or its inodes. An image that is only read is always full. */
const used = (left: string, all: string): string =>
  `1 - min by (${HOST}, mountpoint) (\n` +
  `  ${left}{${ON_DISK}} / (${all} > 0) unless node_filesystem_readonly == 1\n)`

const BYTES = ['node_filesystem_avail_bytes', 'node_filesystem_size_bytes'] as const
const INODES = ['node_filesystem_files_free', 'node_filesystem_files'] as const

/** Whether hosts have room, as the node exporter says. */
export const hostAlerts = (thresholds: Thresholds): Alert[] => {
  const filling = (
    name: LimitName,
    severity: Severity,
    [left, all]: typeof BYTES | typeof INODES,
    texts: Pick<Alert, 'summary' | 'description'>,
  ): Alert =>
    alert(thresholds, name, {
      severity,
      team,
      service,
      ...texts,
      format: 'share',
      expr: (limit) => `${used(left, all)} > ${limit}`,
      test: {
        labels: disk,
        series: (level) => [
          holding(all, ext4, 1e12, 1e12),
          holding(left, ext4, 8e11, 1e12 * Math.max(0, 1 - limitOf(thresholds, name) * level)),
        ],
        cases: [
          {
            name: 'what nobody can write to',
            series: [
              holding(all, ext4, 1e12, 1e12),
              holding(left, ext4, 0, 0),
              holding('node_filesystem_readonly', ext4, 1, 1),
            ],
            firing: 0,
          },
        ],
      },
    })
  return [
    exporterDown(thresholds),
    filling('DiskFillingUp', 'warning', BYTES, {
      summary: 'The disk of {instance} at {mountpoint} fills up',
      description:
        '{value} of it is used; the limit is {limit}. At 100% stores lose what they get.',
    }),
    filling('DiskFull', 'critical', BYTES, {
      summary: 'The disk of {instance} at {mountpoint} is full',
      description:
        '{value} of it is used; the limit is {limit}. Databases stop when they cannot write.',
    }),
    diskFullSoon(thresholds),
    filling('InodesRunningOut', 'warning', INODES, {
      summary: '{instance} runs out of inodes at {mountpoint}',
      description:
        '{value} of them are used; the limit is {limit}. Without any, no file can be made.',
    }),
    cpuHigh(thresholds),
    memoryHigh(thresholds),
    ioSaturated(thresholds),
  ]
}

const exporterDown = (thresholds: Thresholds): Alert =>
  alert(thresholds, 'ExporterDown', {
    severity: 'warning',
    team,
    service,
    summary: 'The exporter {job} at {instance} is down',
    description: 'Prometheus cannot read its metrics: no alert about what it watches can fire.',
    expr: () => `up{job=~"${anyOf(thresholds.settings.exporters)}"} == 0`,
    test: {
      labels: host,
      levels: [0, 1],
      series: (level) => [holding('up', host, 1, level)],
    },
  })

/** So far ahead the pace of the last six hours is drawn. */
const HOURS = 24

const diskFullSoon = (thresholds: Thresholds): Alert => {
  const [left, all] = BYTES
  const of = `${left}{${ON_DISK}}`
  return alert(thresholds, 'DiskFullSoon', {
    severity: 'warning',
    team,
    service,
    summary: 'The disk of {instance} at {mountpoint} will be full within a day',
    description: `At the pace of the last 6 hours nothing is left of it in ${HOURS} hours.`,
    // More than half must be used: a new host that is filled with its data stops by itself.
    expr: () =>
      `min by (${HOST}, mountpoint) (predict_linear(${of}[6h], ${HOURS} * 3600)) < 0\n` +
      `and min by (${HOST}, mountpoint) (${of} / (${all} > 0)) < 0.5`,
    test: {
      labels: disk,
      levels: [1, 0],
      minutes: [30, 600, 500],
      stepMinutes: 2,
      // What is left grows at first, and becomes less.
      series: (level) => [
        holding(all, ext4, 1e12, 1e12),
        growingNamed(left, ext4, 1e10, -3e8 * level, 0),
      ],
    },
  })
}

const cpuHigh = (thresholds: Thresholds): Alert => {
  const name = 'node_cpu_seconds_total'
  const idle = (level: number) => 60 * Math.max(0, 1 - limitOf(thresholds, 'HostCpuHigh') * level)
  return alert(thresholds, 'HostCpuHigh', {
    severity: 'warning',
    team,
    service,
    summary: 'The CPUs of {instance} are busy',
    description: '{value} of them is used over 5 minutes; the limit is {limit}.',
    format: 'share',
    expr: (limit) => `1 - avg by (${HOST}) (rate(${name}{mode="idle"}[5m])) > ${limit}`,
    test: {
      labels: host,
      isShareOfTime: true,
      series: (level) =>
        ['0', '1'].map((cpu) =>
          growingNamed(name, { ...host, cpu, mode: 'idle' }, 54, idle(level)),
        ),
    },
  })
}

const memoryHigh = (thresholds: Thresholds): Alert => {
  const [left, all] = ['node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes'] as const
  return alert(thresholds, 'HostMemoryHigh', {
    severity: 'warning',
    team,
    service,
    summary: '{instance} runs out of memory',
    description: '{value} of it is used, without caches; the limit is {limit}.',
    format: 'share',
    expr: (limit) => `1 - max by (${HOST}) (${left})\n  / max by (${HOST}) (${all}) > ${limit}`,
    test: {
      labels: host,
      series: (level) => [
        holding(all, host, 1e10, 1e10),
        holding(
          left,
          host,
          5e9,
          1e10 * Math.max(0, 1 - limitOf(thresholds, 'HostMemoryHigh') * level),
        ),
      ],
    },
  })
}

/** Requests that wait on average, above which a disk that is busy is also too slow. */
const WAITING = 4

const ioSaturated = (thresholds: Thresholds): Alert => {
  const [busy, waiting] = [
    'node_disk_io_time_seconds_total',
    'node_disk_io_time_weighted_seconds_total',
  ] as const
  const labels = { ...host, device: 'sda' }
  const perMinute = 60 * limitOf(thresholds, 'HostIoSaturated')
  return alert(thresholds, 'HostIoSaturated', {
    severity: 'warning',
    team,
    service,
    summary: 'The disk {device} of {instance} is saturated',
    description: `It was busy for {value} of 5 minutes; the limit is {limit}. More than ${WAITING} requests waited.`,
    format: 'share',
    // Busy alone is no fault: SSDs do much at once.
    expr: (limit) =>
      `sum by (${HOST}, device) (rate(${busy}[5m])) > ${limit}\n` +
      `and sum by (${HOST}, device) (rate(${waiting}[5m])) > ${WAITING}`,
    test: {
      labels,
      isShareOfTime: true,
      series: (level) => [
        growingNamed(busy, labels, 6, Math.min(60, perMinute * level)),
        growingNamed(waiting, labels, 6, 60 * WAITING * 2),
      ],
      cases: [
        {
          name: 'a busy disk on which nobody waits is no fault',
          series: [growingNamed(busy, labels, 6, 60), growingNamed(waiting, labels, 6, 60)],
          firing: 0,
        },
      ],
    },
  })
}
