import { listMetrics, type MetricItem } from '../query/metrics.ts'
import type { Sql } from '../sql/sql.ts'
import type { Note, Notes } from './note.ts'
import { personalIn } from './personal.ts'
import { RENAMED, RENAMED_METRICS } from './renamed.ts'

const MANY_SERIES = 1000
const MANY_VALUES = 100

type Wording = Pick<Note, 'level' | 'message' | 'advice'>

/** Looks at all instruments. Returns how many. */
export function lintMetrics(sql: Sql, notes: Notes): number {
  const metrics = listMetrics(sql)
  const names = new Map<string, MetricItem>()
  for (const metric of metrics) {
    lintName(notes, metric)
    lintCardinality(notes, metric)
    const twin = names.get(metric.name)
    if (twin && (twin.type !== metric.type || twin.unit !== metric.unit)) {
      see(notes, 'instrument-conflict', metric, metric.name, {
        level: 'problem',
        message: `\`${metric.name}\` comes as ${twin.type} in \`${twin.unit}\` and as ${metric.type} in \`${metric.unit}\`.`,
        advice: 'Give each its own name: backends mix or refuse them.',
      })
    }
    names.set(metric.name, metric)
  }
  return metrics.length
}

function see(
  notes: Notes,
  rule: string,
  { id, services }: MetricItem,
  subject: string,
  wording: Wording,
): void {
  for (const service of services) {
    notes.see(rule, 'metrics', subject, service, () => wording, { metricId: id })
  }
}

function lintName(notes: Notes, metric: MetricItem): void {
  const { name, unit, type } = metric
  const newName = RENAMED_METRICS.get(name)
  if (newName) {
    see(notes, 'deprecated-metric', metric, name, {
      level: 'advice',
      message: `\`${name}\` is the name of earlier semantic conventions.`,
      advice: `Record \`${newName}\`, in seconds for durations.`,
    })
  }
  if (/(_total|\.total|_(seconds|milliseconds|ms|bytes|count))$/.test(name)) {
    see(notes, 'metric-name', metric, name, {
      level: 'info',
      message: `\`${name}\` ends as Prometheus names do.`,
      advice: 'Leave the suffix out and set the unit: exporters to Prometheus add it.',
    })
  }
  if (unit === '' && type !== 'gauge') {
    see(notes, 'unit-missing', metric, name, {
      level: 'info',
      message: `\`${name}\` has no unit.`,
      advice: 'Set one in UCUM: `s`, `By`, `1`, or a count such as `{request}`.',
    })
  }
  if (/duration|latency/.test(name) && unit === 'ms') {
    see(notes, 'duration-unit', metric, name, {
      level: 'advice',
      message: `\`${name}\` is in milliseconds.`,
      advice: 'Durations are in seconds (`s`) by convention: buckets and dashboards expect that.',
    })
  }
}

function lintCardinality(notes: Notes, metric: MetricItem): void {
  const { name, series } = metric
  if (series > MANY_SERIES) {
    see(notes, 'many-series', metric, name, {
      level: 'problem',
      message: `\`${name}\` has ${series} series.`,
      advice: 'Each costs memory in the app and money in a backend. Drop attributes with a view.',
    })
  }
  for (const { key, values, examples } of metric.attributes) {
    if (values > MANY_VALUES) {
      see(notes, 'high-cardinality', metric, `${name} ${key}`, {
        level: 'problem',
        message: `\`${key}\` of \`${name}\` has ${values} values.`,
        advice:
          'Leave it out of metrics, and keep it on spans: an exemplar leads from one to the other.',
      })
    }
    const newName = RENAMED.get(key)
    if (newName) {
      see(notes, 'deprecated-attribute', metric, key, {
        level: 'advice',
        message: `\`${key}\` is the name of earlier semantic conventions.`,
        advice: `Record \`${newName}\`: current dashboards and rules look for that.`,
      })
    }
    const what = examples.map((value) => personalIn(key, value)).find(Boolean)
    if (what) {
      see(notes, 'personal-data', metric, key, {
        level: 'problem',
        message: `\`${key}\` likely holds ${what}.`,
        advice: 'Do not record it, or redact it before it leaves the app.',
      })
    }
  }
}
