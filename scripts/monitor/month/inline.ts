import type { RecordingRule } from '../../../monitoring/prometheus/source/rule.ts'
import { ALL, BAD } from '../../../monitoring/prometheus/source/slo-recording.ts'

/** Recordings that others are made of: they are written into the database. The others are put into expressions. */
export const isWritten = ({ record }: RecordingRule): boolean =>
  record === ALL || record === BAD || /^job(_route)?:http_server_requests:rate5m$/.test(record)

/** An expression in which each recording that is not written stands as what it is. */
export const inlined = (expr: string, recordings: readonly RecordingRule[]): string =>
  recordings
    .filter((rule) => !isWritten(rule))
    .reduce((text, rule) => {
      // Matchers of a recording of the objectives are those of what it is made of.
      const whole = new RegExp(`${rule.record}(\\{[^}]*\\})?(\\[\\w+)?(?![\\w:])`, 'g')
      return text.replace(whole, (_, matchers: string = '', range?: string) => {
        const of = rule.expr.replaceAll(
          new RegExp(`(${ALL}|${BAD})(?![\\w{])`, 'g'),
          `$1${matchers}`,
        )
        // Over a time, what is no recording has to be computed for each minute of it.
        return range ? `(${of})${range}:1m` : `(${of})`
      })
    }, expr)
