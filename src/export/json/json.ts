import type { Attributes } from '@opentelemetry/api'
import type { OtlpEncoding } from '../otlp/otlp-encoding.ts'
import { encodeLogs } from './logs.ts'
import { encodeMetrics } from './metrics.ts'
import { readPartialSuccess } from './partial-success.ts'
import { encodeTraces } from './traces.ts'
import { encodeAttributes } from './values.ts'

const resources = /* @__PURE__ */ new WeakMap<Attributes, string>()

/** The same for every request of an isolate. */
const encodeResource = (attributes: Attributes): string => {
  let resource = resources.get(attributes)
  if (resource === undefined) {
    resource = `{"attributes":${encodeAttributes(attributes)}}`
    resources.set(attributes, resource)
  }
  return resource
}

/** OTLP/HTTP with JSON (`http/json`), as opentelemetry-proto maps it. */
export const json: OtlpEncoding = {
  name: 'http/json',
  contentType: 'application/json',
  encodeTraces: (resource, spans) => encodeTraces(encodeResource(resource), spans),
  encodeMetrics: (resource, metrics) =>
    // None: a request that asks no more than whether somebody is there.
    metrics.length ? encodeMetrics(encodeResource(resource), metrics) : '{}',
  encodeLogs: (resource, records) => encodeLogs(encodeResource(resource), records),
  readPartialSuccess,
}
