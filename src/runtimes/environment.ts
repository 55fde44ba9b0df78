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

/** Reads environment variables: a Worker's bindings, elsewhere after them `Deno.env` or `process.env`. */
export const environmentReader = (bindings: unknown): ((name: string) => string | undefined) => {
  const runtime = globalThis as RuntimeGlobals
  const { Deno } = runtime
  // On Workers, `process.env` says what the bindings say, and merely asking for `process` takes milliseconds.
  const hasAll = isWorkerd() && !!bindings && Object.keys(bindings).length > 0
  return (name) => {
    const bound = (bindings as Variables | undefined | null)?.[name]
    // A Worker's variables may be numbers and booleans as well.
    if (/^(string|number|boolean)$/.test(typeof bound)) {
      return String(bound)
    }
    if (Deno) {
      // Without asking first, a missing permission would prompt the user on the terminal.
      const state = Deno.permissions?.querySync?.({ name: 'env', variable: name }).state
      return state === undefined || state === 'granted' ? Deno.env?.get(name) : undefined
    }
    const value = hasAll ? undefined : runtime.process?.env?.[name]
    return typeof value === 'string' ? value : undefined
  }
}
