import { type Attributes, type Context, type Span, trace } from '@opentelemetry/api'
import { errorType, toText } from '../base/thrown.ts'
import { activeContext } from '../context/async-context.ts'
import type { Invocation } from '../invocation/invocation.ts'
import { closing, run } from '../invocation/run.ts'
import { measureStep } from './workflow-metrics.ts'

type Call = (...args: unknown[]) => unknown

interface InstanceRun {
  readonly span: Span
  readonly measured: Attributes
  readonly context: Context
}

/** What the platform tells the callback of a step; older runtimes tell nothing. */
interface StepContext {
  readonly step?: { readonly count?: number }
  readonly attempt?: number
}

/** Stands in for `step`, whose methods are those of another process: it seems to have every method there could be. */
export const observeStep = (step: object, invocation: Invocation, instance: InstanceRun): object =>
  new Proxy(step, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function' || key === 'constructor') {
        return value
      }
      const call: Call = (...args) => Reflect.apply(value, target, args)
      return key === 'do'
        ? observeDo(call, invocation, instance)
        : key === 'sleep' || key === 'sleepUntil' || key === 'waitForEvent'
          ? observeWait(key, call, instance)
          : call
    },
  })

/** A span for each execution, in the callback: a step that was done before the replay is not executed again. */
const observeDo = (
  call: Call,
  invocation: Invocation,
  { context, measured }: InstanceRun,
): Call => {
  const attempts = new Map<unknown, number>()
  return (name, ...args) => {
    const at = args.findIndex((arg) => typeof arg === 'function')
    const callback = args[at] as Call | undefined
    // The engine calls back from elsewhere, where nothing is active.
    const parent = below(context, activeContext())
    return callback
      ? call(
          name,
          ...args.with(at, (stepContext: StepContext | undefined, ...rest: unknown[]) =>
            run(
              invocation,
              () => {
                const attempt = (attempts.get(name) ?? 0) + 1
                attempts.set(name, attempt)
                return {
                  name: `do ${name}`,
                  attributes: {
                    'cloudflare.workflow.step.name': String(name),
                    'cloudflare.workflow.step.count': stepContext?.step?.count,
                    'cloudflare.workflow.step.attempt': stepContext?.attempt ?? attempt,
                  },
                  parent: () => parent,
                  ended: (_span, error, hasFailed, durationMs) =>
                    measureStep(
                      durationMs,
                      { ...measured, 'cloudflare.workflow.step.name': String(name) },
                      hasFailed,
                      error,
                    ),
                }
              },
              () => callback(stepContext, ...rest),
            ),
          ),
        )
      : call(name, ...args)
  }
}

/** Where a step belongs: below the span that the run has opened around it. As of another process, for it may live on. */
const below = (instance: Context, active: Context): Context => {
  const span = trace.getSpanContext(active)
  return span && span.traceId === trace.getSpanContext(instance)?.traceId
    ? trace.setSpanContext(instance, { ...span, isRemote: true })
    : instance
}

/**
 * An event of the run's span. Not a span: a replay passes by a wait that is over, and the one that began it is gone,
 * so that nobody knows when it was.
 */
const observeWait =
  (kind: string, call: Call, { span }: InstanceRun): Call =>
  (name, ...args) => {
    const attributes: Attributes = { 'cloudflare.workflow.step.name': toText(name) }
    return closing(
      activeContext(),
      () => call(name, ...args),
      (error, hasFailed) => {
        if (hasFailed) {
          attributes['error.type'] = errorType(error, '_OTHER')
        }
        span.addEvent(`cloudflare.workflow.${kind}`, attributes)
      },
    )
  }
