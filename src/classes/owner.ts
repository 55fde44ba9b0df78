import { type Context, createContextKey } from '@opentelemetry/api'
import { activeContext, registerContextManager, runWithContext } from '../context/async-context.ts'
import type { Invocation } from '../invocation/invocation.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { rememberedOptions } from '../telemetry/registry.ts'

/** What the platform made an instance with. */
export interface Owner {
  /** Of the class. */
  readonly name: string
  readonly ctx: object
  readonly env: unknown
}

const owners = /* @__PURE__ */ new WeakMap<object, Owner>()

const INSIDE = /* @__PURE__ */ createContextKey('hono-observability class instance')

/** Makes an instance; what its constructor starts is no call from outside. */
export const construct = (
  Class: new (...args: never[]) => object,
  args: readonly unknown[],
  newTarget: new (...args: never[]) => object,
  owner: Owner,
): object => {
  // The constructor may come before any telemetry.
  registerContextManager()
  const instance = runWithContext(inside(activeContext(), owner), () =>
    Reflect.construct(Class, args, newTarget),
  )
  owners.set(instance, owner)
  return instance
}

/** The owner of an instance that is called from outside; undefined when it calls itself. */
export const calledOwner = (instance: object): Owner | undefined => {
  const owner = owners.get(instance)
  return owner && activeContext().getValue(INSIDE) !== owner.ctx ? owner : undefined
}

export const invocationOf = (
  owner: Owner,
  options: ObservabilityOptions | undefined,
): Invocation => ({
  options: options ?? rememberedOptions(),
  env: owner.env,
  executionCtx: owner.ctx,
  mark: (context) => inside(context, owner),
})

const inside = (context: Context, { ctx }: Owner): Context => context.setValue(INSIDE, ctx)
