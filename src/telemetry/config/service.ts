import type { Attributes } from '@opentelemetry/api'
import { text } from '../../base/checks.ts'
import { type Environment, pairs } from '../../base/environment.ts'
import { merge } from '../../base/merge.ts'
import { defaultsOf, fieldsOf, type OptionTable } from '../../base/options.ts'
import { group, type Schema } from '../../base/schema.ts'

/** Who emits the telemetry. Each field becomes a resource attribute. */
export interface ServiceOptions {
  /** `service.name`. Default: `OTEL_SERVICE_NAME`, then `unknown_service`. */
  name?: string
  /** `service.version`. */
  version?: string
  /** `service.namespace`. */
  namespace?: string
  /** `deployment.environment.name`, for example `production`. */
  environment?: string
}

export const serviceTable: OptionTable<ServiceOptions> = {
  name: { of: text, variable: 'OTEL_SERVICE_NAME' },
  version: { of: text },
  namespace: { of: text },
  environment: { of: text },
}

export const serviceSchema = (): Schema<ServiceOptions> =>
  group<ServiceOptions>(fieldsOf(serviceTable))

/** Attributes of who emits, from weakest to strongest. */
export const resolveResource = (
  service: ServiceOptions | undefined,
  resource: Attributes | undefined,
  environment: Environment,
): Attributes => {
  const attributes = merge<Attributes>(
    {},
    environment.read('OTEL_RESOURCE_ATTRIBUTES', pairs),
    { 'service.name': defaultsOf(serviceTable, environment).name },
    resource,
    {
      'service.name': service?.name,
      'service.version': service?.version,
      'service.namespace': service?.namespace,
      'deployment.environment.name': service?.environment,
    },
  )
  return merge(attributes, { 'service.name': attributes['service.name'] || 'unknown_service' })
}
