import { instrument } from 'hono-observability'
import { app } from './app.js'

export { MetricsAggregator } from 'hono-observability/aggregator'

export default instrument(app)
