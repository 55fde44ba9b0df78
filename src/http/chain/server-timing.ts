import type { Span } from '@opentelemetry/api'
import type { Context } from 'hono'
import * as HONO_ATTR from '../../base/hono-attributes.ts'

/** As `hono/timing` writes them: `db;dur=12.3;desc="the \"main\" one"`, in older versions without the backslashes. */
const ENTRY = /^([^;]+)(?:;dur=([\d.]+))?(?:;desc="(.*)")?$/s

/** How many of them are events already: middleware that is registered twice sees them twice. */
const taken = /* @__PURE__ */ new WeakMap<object, number>()

/** Each entry that `hono/timing` has made for a request becomes an event of its span. */
export const addTimings = (c: Context, span: Span): void => {
  const timings = c.get('metric') as { headers?: unknown } | undefined
  const entries = timings?.headers
  if (!Array.isArray(entries)) {
    return
  }
  const first = taken.get(entries) ?? 0
  taken.set(entries, entries.length)
  for (const entry of entries.slice(first)) {
    const [, name, duration, description] = ENTRY.exec(String(entry)) ?? []
    if (name) {
      span.addEvent('server_timing', {
        [HONO_ATTR.timingName]: name,
        [HONO_ATTR.timingDurationMs]: duration === undefined ? undefined : Number(duration),
        [HONO_ATTR.timingDescription]: description?.replace(/\\(.)/g, '$1'),
      })
    }
  }
}
