import type { FunctionComponent } from 'preact'
import { CompareView } from '../compare/compare-view.tsx'
import type { Place } from '../data/place.ts'
import { ErrorsPage } from '../errors/errors-page.tsx'
import { HealthPage } from '../health/health-page.tsx'
import { IngestPage } from '../ingest/ingest-page.tsx'
import { LatencyPage } from '../latency/latency-page.tsx'
import { LogsPage } from '../logs/logs-page.tsx'
import { MapPage } from '../map/map-page.tsx'
import { MetricPage } from '../metrics/metric-page.tsx'
import { MetricsPage } from '../metrics/metrics-page.tsx'
import { NotesPage } from '../notes/notes-page.tsx'
import { OverviewPage } from '../overview/overview-page.tsx'
import { ProfilePage } from '../profiles/profile-page.tsx'
import { ProfilesPage } from '../profiles/profiles-page.tsx'
import { TracePage } from '../trace/trace-page.tsx'
import { TracesPage } from '../traces/traces-page.tsx'

/** What every view is given. */
export interface ViewProps {
  query: URLSearchParams
  /** Of the path, such as a trace's. */
  id: string
}

interface View {
  title: string
  path: RegExp
  component: FunctionComponent<ViewProps>
}

/** The entries of the navigation; the keys 1 to 9 go to the first. */
export const SECTIONS: readonly (readonly [path: string, title: string])[] = [
  ['/', 'Overview'],
  ['/traces', 'Traces'],
  ['/metrics', 'Metrics'],
  ['/logs', 'Logs'],
  ['/errors', 'Errors'],
  ['/map', 'Map'],
  ['/notes', 'Notes'],
  ['/ingest', 'Ingest'],
  ['/health', 'Health'],
  ['/profiles', 'Profiles'],
]

/** Those that have a key: there are nine. */
export const KEYED_SECTIONS: readonly (readonly [path: string, title: string])[] = SECTIONS.slice(
  0,
  9,
)

const VIEWS: readonly View[] = [
  { title: 'Overview', path: /^\/$/, component: OverviewPage },
  { title: 'Traces', path: /^\/traces$/, component: TracesPage },
  { title: 'Trace', path: /^\/traces\/([\da-f]+)$/i, component: TracePage },
  { title: 'Compare traces', path: /^\/compare$/, component: CompareView },
  { title: 'Metrics', path: /^\/metrics$/, component: MetricsPage },
  { title: 'Metric', path: /^\/metrics\/(\d+)$/, component: MetricPage },
  { title: 'Logs', path: /^\/logs$/, component: LogsPage },
  { title: 'Errors', path: /^\/errors$/, component: ErrorsPage },
  { title: 'Latency', path: /^\/latency$/, component: LatencyPage },
  { title: 'Map of services', path: /^\/map$/, component: MapPage },
  { title: 'Profiles', path: /^\/profiles$/, component: ProfilesPage },
  { title: 'Profile', path: /^\/profiles\/(\d+)$/, component: ProfilePage },
  { title: 'Notes', path: /^\/notes$/, component: NotesPage },
  { title: 'Ingest', path: /^\/ingest$/, component: IngestPage },
  { title: 'Health', path: /^\/health$/, component: HealthPage },
]

/** The view of an address. */
export function viewOf({ path }: Place): (View & { id: string }) | undefined {
  for (const view of VIEWS) {
    const match = view.path.exec(path.length > 1 ? path.replace(/\/$/, '') : path)
    if (match) return { ...view, id: (match[1] ?? '').toLowerCase() }
  }
  return undefined
}
