import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../base/semconv.ts'
import { errorType } from '../base/thrown.ts'
import { ownHistogram } from '../metrics/own.ts'

/** From a step that asks a database to a run that waits for people. */
const BOUNDARIES = [
  0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 604_800,
]

/** Records how long something took and, if it failed, by what. */
type Measure = (
  durationMs: number,
  attributes: Attributes,
  hasFailed: boolean | undefined,
  error: unknown,
) => void

const durations = (name: string, description: string): Measure => {
  const instrument = ownHistogram(name, description, BOUNDARIES)
  return (durationMs, attributes, hasFailed, error) =>
    instrument.record(durationMs / 1000, {
      ...attributes,
      ...(hasFailed && { [ATTR.errorType]: errorType(error, '_OTHER') }),
    })
}

export const measureRun: Measure = /* @__PURE__ */ durations(
  'hono.workflow.run.duration',
  'Time from the creation of a Workflow instance to its end.',
)

export const measureStep: Measure = /* @__PURE__ */ durations(
  'hono.workflow.step.duration',
  'Duration of one execution of a step of a Workflow.',
)
