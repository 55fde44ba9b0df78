import { count } from '../base/checks.ts'
import { guard } from '../base/guard.ts'
import type { BindingsInstrumentation } from '../telemetry/config/options.ts'
import { wrapAi } from './ai.ts'
import { wrapAnalyticsEngine } from './analytics-engine.ts'
import { instrumentGlobalCaches } from './cache.ts'
import { wrapD1 } from './d1.ts'
import { detectKind } from './detect.ts'
import { wrapDispatchNamespace } from './dispatch-namespace.ts'
import { wrapDurableObjects } from './durable-object.ts'
import { wrapEmail } from './email.ts'
import { wrapImages } from './images.ts'
import { wrapKv } from './kv.ts'
import { wrapQueue } from './queue.ts'
import { wrapR2 } from './r2.ts'
import { wrapRateLimit } from './rate-limit.ts'
import { rawOf, rememberRaw } from './raw.ts'
import { wrapService } from './service.ts'
import type { BindingContext, BindingKind, BindingsOptions } from './types.ts'
import { wrapVectorize } from './vectorize.ts'
import { wrapWorkflow } from './workflow.ts'

type Env = Record<string, unknown>
type Wrap = (binding: object, context: BindingContext) => object

const WRAPS: Readonly<Record<BindingKind, Wrap>> = {
  ai: wrapAi,
  'analytics-engine': wrapAnalyticsEngine,
  browser: (binding, context) => wrapService(binding, context, 'Browser'),
  d1: wrapD1,
  'dispatch-namespace': wrapDispatchNamespace,
  'durable-object': wrapDurableObjects,
  email: wrapEmail,
  images: wrapImages,
  kv: wrapKv,
  queue: wrapQueue,
  r2: wrapR2,
  'rate-limit': wrapRateLimit,
  service: (binding, context) => wrapService(binding, context),
  vectorize: wrapVectorize,
  workflow: wrapWorkflow,
}

/**
 * Instruments the bindings of Cloudflare Workers: D1, KV, R2, queue producers, service bindings, Durable Objects,
 * Workers AI, Vectorize, Workflows, Images and more. Each call in a traced request becomes a client span, and is
 * measured. What is not recognised passes through untouched, variables and secrets are never looked at.
 *
 * @throws {TypeError} when an option is not what it should be: `kinds`, `propagate`, `slowThresholdMs`,
 * `repeatedThreshold` or `usage`.
 *
 * @example
 * ```ts
 * import { bindings } from 'hono-observability/bindings'
 *
 * export const instrumented = bindings({ kinds: { INTERNAL: false }, keys: true })
 * ```
 */
export const bindings = (options: BindingsOptions = {}): BindingsInstrumentation => {
  validate(options)
  const environments = new WeakMap<object, object>()
  const wrappers = new WeakMap<object, object>()

  const wrapBinding = (name: string, value: unknown): unknown => {
    const given = options.kinds?.[name]
    if (given === false || !isObject(value) || rawOf(value) !== value) {
      return value
    }
    let wrapper = wrappers.get(value)
    if (!wrapper) {
      const kind = given ?? detectKind(value)
      if (!kind) {
        return value
      }
      wrapper = WRAPS[kind](value, { name, options })
      wrappers.set(value, wrapper)
    }
    return wrapper
  }

  const wrapEnv = <E>(env: E): E => {
    if (!isPlain(env) || rawOf(env) !== env) {
      return env
    }
    let copy = environments.get(env)
    if (!copy) {
      if (!Object.keys(env).some((name) => wrapBinding(name, env[name]) !== env[name])) {
        return env
      }
      copy = Object.create(Object.getPrototypeOf(env)) as object
      environments.set(env, copy)
      rememberRaw(copy, env)
    }
    for (const name of Object.keys(env)) {
      if (!Object.hasOwn(copy, name)) {
        Object.defineProperty(copy, name, follow(env, name, wrapBinding))
      }
    }
    return copy as E
  }

  let needsCaches = options.caches === true
  return {
    usage: options.usage,
    wrap: (env) => {
      if (needsCaches) {
        needsCaches = false
        guard(() => instrumentGlobalCaches(options))
      }
      return guard(() => wrapEnv(env)) ?? env
    },
  }
}

/**
 * Wraps the bindings of one environment, for those who read it elsewhere than in `c.env`, such as
 * from `cloudflare:workers`. Every call makes wrappers of its own; call it once.
 */
export const instrumentBindings = <E>(env: E, options?: BindingsOptions): E =>
  bindings(options).wrap(env)

const validate = ({
  kinds = {},
  propagate = [],
  slowThresholdMs = 0,
  usage,
  repeatedThreshold = 1,
}: BindingsOptions): void => {
  const refuse = (option: string, expected: string, received: unknown): never => {
    throw new TypeError(
      `Cannot instrument bindings: \`${option}\` must be ${expected}, received ${received}`,
    )
  }
  for (const [name, kind] of Object.entries(kinds)) {
    if (kind !== false && !Object.hasOwn(WRAPS, kind)) {
      refuse(`kinds.${name}`, `false or one of ${Object.keys(WRAPS).join(', ')}`, kind)
    }
  }
  if (!Array.isArray(propagate) || propagate.some((name) => typeof name !== 'string')) {
    refuse('propagate', 'an array of strings', JSON.stringify(propagate))
  }
  if (slowThresholdMs !== false && !(typeof slowThresholdMs === 'number' && slowThresholdMs >= 0)) {
    refuse('slowThresholdMs', 'false or a number of milliseconds from 0 on', slowThresholdMs)
  }
  if (usage !== undefined && typeof usage?.begin !== 'function') {
    refuse('usage', 'what `usage()` of `hono-observability/usage` returns', typeof usage)
  }
  if (repeatedThreshold !== false && !count.test(repeatedThreshold)) {
    refuse('repeatedThreshold', `false or ${count.expected}`, repeatedThreshold)
  }
}

/** A property that follows the original, so that what is replaced there later is seen. */
const follow = (
  env: Env,
  name: string,
  wrap: (name: string, value: unknown) => unknown,
): PropertyDescriptor => ({
  enumerable: true,
  configurable: true,
  get: () => wrap(name, env[name]),
  set(value) {
    env[name] = rawOf(value)
  },
})

/** Those of `ctx.exports` can be called, which gives them properties. */
const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

/** Not what servers of other runtimes hand over as environment: objects with methods of their own. */
const isPlain = (env: unknown): env is Env => {
  if (typeof env !== 'object' || env === null) {
    return false
  }
  const prototype: unknown = Object.getPrototypeOf(env)
  return prototype === null || prototype === Object.prototype
}
