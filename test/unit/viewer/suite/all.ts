import { askingTests } from './asking.ts'
import type { Open } from './backend.ts'
import { errorTests } from './errors.ts'
import { exactnessTests } from './exactness.ts'
import { hostileTests } from './hostile.ts'
import { liveTests } from './live.ts'
import { mcpTests } from './mcp.ts'
import { metricTests } from './metrics.ts'
import { overviewTests } from './overview.ts'
import { profileTests } from './profiles.ts'
import { propertyTests } from './properties.ts'
import { readingTests } from './reading.ts'
import { receivingTests } from './receiving.ts'
import { roundTripTests } from './round-trip.ts'
import { searchTests } from './search.ts'
import { traceTests } from './traces.ts'

/** Every test of the backend, for one kind of store. */
export function allTests(open: Open): void {
  receivingTests(open)
  exactnessTests(open)
  traceTests(open)
  readingTests(open)
  searchTests(open)
  askingTests(open)
  metricTests(open)
  overviewTests(open)
  errorTests(open)
  liveTests(open)
  mcpTests(open)
  profileTests(open)
  hostileTests(open)
  propertyTests(open)
  roundTripTests(open)
}
