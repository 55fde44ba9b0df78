import { type Attributes, type Context, type Span, trace } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { KIND_CONSUMER } from '../base/otel-enums.ts'
import { toHex } from '../base/random.ts'
import { ROOT } from '../context/context.ts'
import { openNative } from '../context/native-tracing.ts'
import { type Opened, open, openedContext, seemsSealed } from '../context/sealed.ts'
import { warnOfUnopened } from '../handlers/unopened.ts'
import { openScope } from '../invocation/open.ts'
import { closing, end, telemetryOf } from '../invocation/run.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { withScope } from '../telemetry/scope.ts'
import { recordFailure } from '../traces/failure.ts'
import type { FixedSpanOptions } from '../traces/tracer.ts'
import { checkPropagate, type PropagateSettings } from './propagate.ts'
import { observeStep } from './step.ts'
import { type AnyClass, type Called, subclass } from './subclass.ts'
import { measureRun } from './workflow-metrics.ts'

/** Settings of {@link instrumentWorkflow}. */
export interface WorkflowSettings extends PropagateSettings {
  /** Record the ids of instances, which may hold ids of users or orders. Default false. */
  instanceId?: boolean
}

/**
 * Instruments a Workflow. An instance is one trace, over all its sleeps and restarts: one span for the run, which
 * leaves when the run has ended, and one for each execution of a step. Steps that are not executed again when the
 * run is replayed leave no second span.
 *
 * With `{ propagate: true }` it continues the trace of whoever created the instance and carries it along; otherwise it
 * has a trace whose id is derived from the instance's.
 *
 * @param Class - Is not changed.
 * @param options - Default: those of the first `observability()` or `instrument()`, so that all share one pipeline.
 * @returns A subclass, of the same type.
 * @throws TypeError when `Class` is not a class, or an option is not what it should be.
 *
 * @example
 * ```ts workers
 * import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers'
 * import { instrumentWorkflow } from 'hono-observability'
 *
 * class ShippingWorkflow extends WorkflowEntrypoint<unknown, { orderId: string }> {
 *   override async run(event: WorkflowEvent<{ orderId: string }>, step: WorkflowStep): Promise<void> {
 *     await step.do('pack', async () => console.log(event.payload.orderId))
 *     await step.sleep('courier', '1 hour')
 *   }
 * }
 *
 * export const Shipping = instrumentWorkflow(ShippingWorkflow, { service: { name: 'shop' } })
 * ```
 */
export const instrumentWorkflow = <C extends AnyClass<{ run(...args: never[]): unknown }>>(
  Class: C,
  options?: ObservabilityOptions,
  settings: WorkflowSettings = {},
): C => {
  checkPropagate(settings)
  return subclass(Class, options, (method) =>
    method === 'run' ? (called) => runWorkflow(called, settings) : undefined,
  )
}

interface WorkflowEvent {
  readonly payload?: unknown
  readonly timestamp?: Date
  readonly instanceId?: string
  readonly workflowName?: string
}

/** The run of an instance, from its begin or as a replay. */
interface OpenRun {
  readonly span: Span
  /** The Workflow's name, as metrics have it. */
  readonly measured: Attributes
  /** For steps: the run's span may have been begun by an isolate that is gone. */
  readonly context: Context
  close(error?: unknown, hasFailed?: boolean): void
}

const runWorkflow = async (called: Called, settings: WorkflowSettings): Promise<unknown> => {
  const [given, step, ...rest] = called.args
  const event = given as WorkflowEvent
  const ids = await idsOf(`${event?.workflowName}/${event?.instanceId}`)
  const opened = await openPayload(called, settings, event)
  const shown = opened ? { ...event, payload: opened.value } : given
  const run = guard(() => openRun(called, settings, event, ids, opened))
  if (!run) {
    return called.call(shown, step, ...rest)
  }
  const observed = guard(() => observeStep(step as object, called.invocation, run)) ?? step
  return closing(run.context, () => called.call(shown, observed, ...rest), run.close)
}

const openPayload = async (
  { invocation, className }: Called,
  { propagate }: WorkflowSettings,
  event: WorkflowEvent | undefined,
): Promise<Opened | undefined> => {
  if (!seemsSealed(event?.payload)) {
    return undefined
  }
  if (!propagate) {
    warnOfUnopened(`parameters of ${className}`)
    return undefined
  }
  const secrets = guard(() => telemetryOf(invocation).config.sealing) ?? []
  return open('workflow', secrets, event?.payload)
}

const openRun = (
  { invocation, className }: Called,
  settings: WorkflowSettings,
  { timestamp, instanceId, workflowName = className }: WorkflowEvent,
  ids: FixedSpanOptions['ids'],
  opened: Opened | undefined,
): OpenRun => {
  const telemetry = telemetryOf(invocation)
  const base = invocation.mark ? invocation.mark(ROOT) : ROOT
  const parent = openedContext(base, opened)
  const measured = { 'cloudflare.workflow.name': workflowName }
  const attributes: Attributes = {
    ...measured,
    ...(settings.instanceId && { 'cloudflare.workflow.instance.id': instanceId }),
  }
  const options: FixedSpanOptions = {
    kind: KIND_CONSUMER,
    attributes,
    ...(timestamp && { startTime: timestamp }),
    ...(ids && { ids }),
  }
  const startedMs = Number(timestamp ?? Date.now())
  const { native } = telemetry.config
  const span = telemetry.tracer.startSpan(
    `run ${workflowName}`,
    // The platform knows no trace of an instance over its sleeps: its span is that of one invocation.
    { ...options, ...(native && openNative(native, invocation.executionCtx, parent)) },
    parent,
  )
  // A run sleeps for days, and is begun anew elsewhere.
  const scope = openScope(invocation, telemetry, span, true)
  const context = trace.setSpanContext(parent, { ...span.spanContext(), isRemote: true })
  return {
    span,
    measured,
    context: withScope(context, scope),
    close: (error, hasFailed) =>
      end(scope, () => {
        // The engine has stopped this run to begin it again, or never: it has not ended.
        if (!isAborted(error)) {
          if (hasFailed) {
            recordFailure(span, error)
          }
          span.end()
          measureRun(Date.now() - startedMs, measured, hasFailed, error)
        }
      }),
  }
}

const isAborted = (error: unknown): boolean =>
  String((error as Error | undefined)?.message).startsWith('Aborting engine')

/** The same at every replay, in whatever isolate. */
const idsOf = async (instance: string): Promise<FixedSpanOptions['ids']> => {
  try {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(instance))
    const text = toHex(new Uint8Array(digest))
    return { traceId: text.slice(0, 32), spanId: text.slice(32, 48) }
  } catch {
    return undefined
  }
}
