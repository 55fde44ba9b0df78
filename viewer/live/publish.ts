import { logsBetween } from '../query/logs.ts'
import { traceItem } from '../query/trace-item.ts'
import type { Sql } from '../sql/sql.ts'
import type { News } from '../store/store.ts'
import type { LiveHub } from './hub.ts'

/** Of one post. Nobody reads more in a second, and the rest is a search away. */
const MAX_OF_POST = 100

/** Tells those who watch what a post brought. */
export function publishNews(hub: LiveHub, sql: Sql, { traces, logs }: News): void {
  if (!hub.isWatched) return
  for (const summary of traces.slice(-MAX_OF_POST)) {
    const item = traceItem(summary)
    const json = JSON.stringify(item)
    const services = item.services.map(({ name }) => name)
    hub.publish({ type: 'trace', services, severity: 0, traceId: item.traceId, json })
  }
  const firstId = logs ? Math.max(logs.firstId, logs.lastId - MAX_OF_POST + 1) : 0
  for (const item of logs ? logsBetween(sql, firstId, logs.lastId) : []) {
    const { service, severityNumber, traceId } = item
    const json = JSON.stringify(item)
    hub.publish({
      type: 'log',
      services: [service],
      severity: severityNumber,
      traceId: traceId ?? '',
      json,
    })
  }
  const skipped = Math.max(0, traces.length - MAX_OF_POST) + (logs ? firstId - logs.firstId : 0)
  if (skipped) {
    const json = JSON.stringify({ reason: 'busy', skipped })
    hub.publish({ type: 'gap', services: [], severity: 0, traceId: '', json })
  }
}
