import { type Context, type Sampler, type SamplingResult, trace } from '@opentelemetry/api'
import {
  DECISION_NOT_RECORD,
  DECISION_RECORD_AND_SAMPLED,
  FLAG_SAMPLED,
} from '../base/otel-enums.ts'
import { createTraceState } from '../context/tracestate.ts'
import type { TracesConfig } from './options.ts'

const KEEP: SamplingResult = { decision: DECISION_RECORD_AND_SAMPLED }
const DROP: SamplingResult = { decision: DECISION_NOT_RECORD }

const alwaysOn: Sampler = { shouldSample: () => KEEP, toString: () => 'AlwaysOnSampler' }
const alwaysOff: Sampler = { shouldSample: () => DROP, toString: () => 'AlwaysOffSampler' }

/** The sampler that the configuration names, or the user's own. */
export const createSampler = ({ sampler, ratio }: TracesConfig): Sampler => {
  if (typeof sampler !== 'string') {
    return sampler
  }
  const rootName = sampler.replace('parentbased_', '')
  const root =
    rootName === 'traceidratio'
      ? ratioSampler(ratio)
      : rootName === 'always_off'
        ? alwaysOff
        : alwaysOn
  return rootName === sampler ? root : parentBased(root)
}

/** Follows the parent's decision, wherever the parent was; asks `root` for a new trace. */
export const parentBased = (root: Sampler): Sampler => ({
  shouldSample(context, traceId, name, kind, attributes, links): SamplingResult {
    const parent = trace.getSpanContext(context)
    if (parent === undefined) {
      return root.shouldSample(context, traceId, name, kind, attributes, links)
    }
    return parent.traceFlags & FLAG_SAMPLED ? KEEP : DROP
  },
  toString: () => `ParentBased{root=${root}}`,
})

/**
 * Consistent probability sampling: every participant that compares the same 56 random bits with its own
 * threshold agrees with the others, and the threshold travels as `ot=th:…` so that counts can be scaled back.
 * Follows "TraceState: Probability Sampling" of the OpenTelemetry specification.
 */
export const ratioSampler = (ratio: number): Sampler => {
  const threshold = BigInt(Math.round((1 - ratio) * 2 ** 56))
    .toString(16)
    .padStart(14, '0')
  const field = `th:${threshold.replace(/0+$/, '') || '0'}`
  const keepNew: SamplingResult = { ...KEEP, traceState: createTraceState().set('ot', field) }
  // Lower-case hex of one length compares like the number it stands for.
  // 1 - 2^-57 rounds to a threshold of 2^56, 15 digits: nothing reaches it.
  const isKept = (randomness: string): boolean => threshold.length === 14 && randomness >= threshold
  return {
    shouldSample(context: Context, traceId: string): SamplingResult {
      const state = trace.getSpanContext(context)?.traceState
      if (!state) {
        return isKept(traceId.slice(18)) ? keepNew : DROP
      }
      const fields = state.get('ot')?.split(';') ?? []
      const explicit = fields.find((item) => item.startsWith('rv:'))?.slice(3)
      const kept = isKept(explicit?.length === 14 ? explicit : traceId.slice(18))
      const own = fields.filter((item) => !item.startsWith('th:'))
      if (kept) {
        own.unshift(field)
      }
      return {
        decision: kept ? DECISION_RECORD_AND_SAMPLED : DECISION_NOT_RECORD,
        traceState: own.length ? state.set('ot', own.join(';')) : state.unset('ot'),
      }
    },
    toString: () => `TraceIdRatioBased{${ratio}}`,
  }
}
