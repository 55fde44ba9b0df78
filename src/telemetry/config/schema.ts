import type { Sampler, TextMapPropagator } from '@opentelemetry/api'
import {
  attribute,
  bodyObservation,
  type Check,
  callable,
  count,
  delay,
  either,
  flag,
  having,
  headerName,
  headerValue,
  httpUrl,
  inboundTrust,
  method,
  off,
  oneOf,
  origin,
  ratio,
  samplerName,
  text,
} from '../../base/checks.ts'
import type { BindingsInstrumentation } from '../../bindings/types.ts'
import type { Spill } from '../../export/pipeline/spill.ts'
import type { Classifier } from '../../logs/classify.ts'
import type { RedactOptions } from '../../logs/redact.ts'
import type { View } from '../../metrics/stream.ts'
import type { IdGenerator } from '../../traces/ids.ts'
import type { SpanProcessor } from '../../traces/readable-span.ts'
import { arrayOf, group, groupOrFalse, groupsOrFalse, recordOf, type Schema } from './fields.ts'
import { logLevel } from './logs.ts'
import { exemplarFilter, temporality } from './metrics.ts'
import type { ObservabilityOptions, SignalOptions } from './options.ts'
import { propagateTo } from './propagation.ts'
import { compression, protocol } from './protocol.ts'

const pattern: Check<RegExp> = {
  test: (value): value is RegExp => value instanceof RegExp,
  expected: 'a regular expression',
}

function buildSchema(): Schema<ObservabilityOptions> {
  const headers = recordOf(headerName, headerValue)
  const headerNames = arrayOf(headerName)
  const signal = groupOrFalse<SignalOptions>({
    url: httpUrl,
    headers,
    timeoutMs: count,
    protocol,
    compression,
  })
  return group<ObservabilityOptions>({
    service: group({ name: text, version: text, namespace: text, environment: text }),
    resource: recordOf(text, attribute),
    otlp: groupsOrFalse({
      endpoint: httpUrl,
      headers,
      timeoutMs: count,
      protocol,
      compression,
      maxAttempts: count,
      fetch: callable(),
      spill: having<Spill>('open'),
      traces: signal,
      metrics: signal,
      logs: signal,
      batch: group({
        maxBatchSize: count,
        maxQueueSize: count,
        maxQueueBytes: count,
        maxLingerMs: delay,
        delayMs: delay,
        maxSubrequests: count,
      }),
    }),
    traces: groupOrFalse({
      sampler: either(samplerName, having<Sampler>('shouldSample')),
      ratio,
      tail: group({ errors: flag, slowMs: delay, keep: callable() }),
      limits: group({
        attributeCount: count,
        attributeValueLength: count,
        eventCount: count,
        linkCount: count,
      }),
      processors: arrayOf(having<SpanProcessor>('onStart', 'onEnd', 'forceFlush', 'shutdown')),
      idGenerator: having<IdGenerator>('generateTraceId', 'generateSpanId'),
      propagator: having<TextMapPropagator>('inject', 'extract', 'fields'),
      fetch: flag,
      propagateTo,
      baggageOrigins: arrayOf(origin),
      serverTiming: flag,
      exceptionEvents: flag,
    }),
    metrics: groupOrFalse({
      temporality,
      binding: text,
      shard: text,
      intervalMs: count,
      views: arrayOf(callable<View>()),
      cardinalityLimit: count,
      exemplars: exemplarFilter,
      activeRequests: flag,
      bodySizes: flag,
    }),
    bindings: having<BindingsInstrumentation>('wrap'),
    logs: groupOrFalse({
      level: logLevel,
      levels: recordOf(text, logLevel),
      console: either(
        either(oneOf('string', 'object'), callable<(line: string) => unknown>()),
        off,
      ),
      access: flag,
      accessRatio: ratio,
      slowThresholdMs: delay,
      redact: groupOrFalse<RedactOptions>({
        keys: arrayOf(text),
        allow: arrayOf(text),
        paths: arrayOf(text),
        patterns: arrayOf(pattern),
        secrets: arrayOf(text),
        censor: text,
      }),
      otlp: flag,
      captureConsole: flag,
      errorIdHeader: headerName,
      maxLineBytes: count,
      classify: callable<Classifier>(),
    }),
    http: group({
      query: oneOf('off', 'keys', 'values'),
      redactQuery: arrayOf(text),
      requestHeaders: headerNames,
      responseHeaders: headerNames,
      userAgent: flag,
      clientAddress: flag,
      knownMethods: arrayOf(method),
      requestIdHeader: either(headerName, off),
      observeBody: bodyObservation,
      streamTimeoutMs: count,
      trustInbound: inboundTrust,
    }),
    native: oneOf('off', 'on', 'auto'),
    disabled: flag,
  })
}

let schema: Schema<ObservabilityOptions> | undefined

/** The schema of all options. Built when first asked for, because Workers limit start-up time. */
export const optionsSchema = (): Schema<ObservabilityOptions> => (schema ??= buildSchema())
