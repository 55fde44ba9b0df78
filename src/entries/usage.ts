export type { UsageInstrumentation } from '../telemetry/usage.ts'
export type { Resource, Used } from '../usage/resources.ts'
export { usage } from '../usage/usage.ts'
