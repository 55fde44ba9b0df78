type Variables = Record<string, unknown>

interface RuntimeGlobals {
  process?: { env?: Variables }
  Deno?: {
    env?: { get(name: string): string | undefined }
    permissions?: { querySync?(descriptor: object): { state: string } }
  }
}

/** Reads environment variables: a Worker's bindings first, then `Deno.env`, then `process.env`. */
export const environmentReader = (bindings: unknown): ((name: string) => string | undefined) => {
  const { Deno, process } = globalThis as RuntimeGlobals
  return (name) => {
    const bound = (bindings as Variables | undefined | null)?.[name]
    if (typeof bound === 'string') {
      return bound
    }
    if (Deno) {
      // Without asking first, a missing permission would prompt the user on the terminal.
      const state = Deno.permissions?.querySync?.({ name: 'env', variable: name }).state
      return state === undefined || state === 'granted' ? Deno.env?.get(name) : undefined
    }
    const value = process?.env?.[name]
    return typeof value === 'string' ? value : undefined
  }
}
