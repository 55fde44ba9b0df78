const rawByWrapper = /* @__PURE__ */ new WeakMap<object, object>()

export const rememberRaw = (wrapper: object, raw: object): void => {
  rawByWrapper.set(wrapper, raw)
}

/** What the platform made, when `value` is a wrapper of it; otherwise `value` itself. */
export const rawOf = <T>(value: T): T =>
  (rawByWrapper.get(value as object) as T | undefined) ?? value

/**
 * The environment as the platform made it, for calls that are to leave no spans and no metrics, such
 * as health checks. Returns what is not a wrapped environment as it is.
 */
export const rawEnv = <Env>(env: Env): Env => rawOf(env)
