import { instrumentExports, instrumentedEnv } from '../bindings/instrumented-env.ts'
import { takeOptions } from '../http/take-options.ts'
import type { Invocation } from '../invocation/invocation.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { rememberedOptions } from '../telemetry/registry.ts'
import { calledOwner, construct, invocationOf, type Owner } from './owner.ts'

/** A class of the platform's: it is made with `ctx` and `env`. */
export type AnyClass<Instance extends object = object> = new (...args: never[]) => Instance

/** One call from outside. */
export interface Called {
  readonly invocation: Invocation
  /** Of the class. */
  readonly className: string
  readonly method: string
  readonly args: readonly unknown[]
  /** Calls the method that the user wrote. */
  call(...args: readonly unknown[]): unknown
}

/** What is done about calls; undefined leaves a method as it is. */
export type Intercept = (method: string) => ((called: Called) => unknown) | undefined

/**
 * A subclass whose methods and getters are intercepted when they are called from outside: a subclass, so that
 * the instance is the real one, private members included.
 *
 * @param prepare Called before an instance is made.
 */
export const subclass = <C extends AnyClass>(
  Class: C,
  options: ObservabilityOptions | undefined,
  intercept: Intercept,
  prepare?: (owner: Owner, settings: ObservabilityOptions) => void,
): C => {
  if (typeof Class !== 'function' || !Class.prototype) {
    throw new TypeError(`Cannot instrument: \`Class\` must be a class, received ${typeof Class}`)
  }
  takeOptions(options)
  // Not `class`, whose constructor could not call the other one within a context.
  // biome-ignore lint/plugin: called with `new`
  function Instrumented(ctx: object, env: unknown, ...rest: unknown[]): object {
    const Made = new.target as unknown as AnyClass
    const owner = { name: Made.name || Class.name || 'default', ctx, env }
    const settings = options ?? rememberedOptions()
    prepare?.(owner, settings)
    instrumentExports(settings, ctx)
    return construct(Class, [ctx, instrumentedEnv(settings, env), ...rest], Made, owner)
  }
  Object.setPrototypeOf(Instrumented, Class)
  Object.defineProperty(Instrumented, 'name', { value: Class.name })
  Instrumented.prototype = Object.create(Class.prototype, {
    constructor: { value: Instrumented, writable: true, configurable: true },
    ...intercepted(Class.prototype, options, intercept),
  }) as object
  return Instrumented as unknown as C
}

type Method = (this: object, ...args: unknown[]) => unknown

const intercepted = (
  prototype: object,
  options: ObservabilityOptions | undefined,
  intercept: Intercept,
): PropertyDescriptorMap => {
  const properties: PropertyDescriptorMap = Object.create(null)
  for (
    let level: object | null = prototype;
    level && level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(level)) {
      const run = name === 'constructor' || name in properties ? undefined : intercept(name)
      const descriptor = Object.getOwnPropertyDescriptor(level, name) as PropertyDescriptor
      const key = typeof descriptor.value === 'function' ? 'value' : 'get'
      const original = descriptor[key] as Method | undefined
      if (run && original) {
        const method: Method = function (...args) {
          const owner = calledOwner(this)
          const call = (...given: readonly unknown[]) => Reflect.apply(original, this, given)
          return owner
            ? run({
                invocation: invocationOf(owner, options),
                className: owner.name,
                method: name,
                args,
                call,
              })
            : call(...args)
        }
        properties[name] = { ...descriptor, [key]: method }
      }
    }
  }
  return properties
}
