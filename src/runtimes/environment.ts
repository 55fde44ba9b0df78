import { isWorkerd } from '../base/workerd.ts'

type Variables = Record<string, unknown>

interface RuntimeGlobals {
  process?: { env?: Variables }
  Deno?: {
    env?: { get(name: string): string | undefined }
    permissions?: { querySync?(descriptor: object): { state: string } }
  }
}

/** What a Worker has under a name, where that is no text: a JSON variable, or a binding. */
export const boundObject =
  (bindings: unknown): ((name: string) => object | undefined) =>
  (name) => {
    const bound = (bindings as Variables | undefined | null)?.[name]
    const isObject = typeof bound === 'object' || typeof bound === 'function'
    return isObject && bound ? bound : undefined
  }

/** Whether Deno would have to ask, which it is not made to, before it reads a variable. */
const isHidden = (Deno: NonNullable<RuntimeGlobals['Deno']>, variable: string): boolean =>
  // Without asking first, a missing permission would prompt the user on the terminal.
  (Deno.permissions?.querySync?.({ name: 'env', variable }).state ?? 'granted') !== 'granted'

/** Whether there may be an endpoint that Deno does not show. */
export const isEnvironmentHidden = (): boolean => {
  const { Deno } = globalThis as RuntimeGlobals
  return !!Deno && isHidden(Deno, 'OTEL_EXPORTER_OTLP_ENDPOINT')
}

/** Reads environment variables: a Worker's bindings, elsewhere after them `Deno.env` or `process.env`. */
export const environmentReader = (bindings: unknown): ((name: string) => string | undefined) => {
  const runtime = globalThis as RuntimeGlobals
  const { Deno } = runtime
  // On Workers, `process.env` says what the bindings say, and merely asking for `process` takes milliseconds.
  const hasAll = isWorkerd() && !!bindings && Object.keys(bindings).length > 0
  let variables: Variables | undefined
  return (name) => {
    const bound = (bindings as Variables | undefined | null)?.[name]
    // A Worker's variables may be numbers and booleans as well.
    if (/^(string|number|boolean)$/.test(typeof bound)) {
      return String(bound)
    }
    if (Deno) {
      return isHidden(Deno, name) ? undefined : Deno.env?.get(name)
    }
    variables ??= (!hasAll && runtime.process?.env) || {}
    const value = variables[name]
    return typeof value === 'string' ? value : undefined
  }
}
