import { isWorkerd } from '../base/workerd.ts'

interface RuntimeGlobals {
  Deno?: object
  Bun?: object
  process?: { versions?: { node?: string } }
}

export type RuntimeName = 'workers' | 'deno' | 'bun' | 'node' | 'unknown'

/** For defaults and resource attributes only; behaviour follows capabilities. */
export const runtimeName = (): RuntimeName => {
  const runtime = globalThis as RuntimeGlobals
  return isWorkerd()
    ? 'workers'
    : runtime.Deno
      ? 'deno'
      : runtime.Bun
        ? 'bun'
        : runtime.process?.versions?.node
          ? 'node'
          : 'unknown'
}

export const isDeno = (): boolean => 'Deno' in globalThis

export const isBun = (): boolean => 'Bun' in globalThis
