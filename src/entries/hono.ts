export { countedAuth } from '../http/outcomes/auth.ts'
export { honoMetrics } from '../http/outcomes/hono-metrics.ts'
export { type OpenApiApp, openapiOperations } from '../http/outcomes/openapi.ts'
export { type AnyValidator, countedValidator } from '../http/outcomes/validator.ts'
