import { builtin } from './builtin.ts'

interface Entry {
  readonly duration: number
  readonly detail?: { readonly kind?: number }
}

interface PerfHooks {
  PerformanceObserver?: {
    new (
      callback: (list: { getEntries(): Entry[] }) => void,
    ): { observe(options: { entryTypes: string[] }): void }
    readonly supportedEntryTypes?: readonly string[]
  }
}

/** By V8's flag. */
const TYPES: Record<number, string> = {
  1: 'minor',
  2: 'minor',
  4: 'major',
  8: 'incremental',
  16: 'weakcb',
}

/** Calls back after each garbage collection, where the runtime tells of them. */
export const watchGarbageCollection = (
  collected: (seconds: number, type: string) => void,
): void => {
  const { PerformanceObserver } = builtin<PerfHooks>('perf_hooks') ?? {}
  if (PerformanceObserver?.supportedEntryTypes?.includes('gc')) {
    new PerformanceObserver((list) => {
      for (const { duration, detail } of list.getEntries()) {
        collected(duration / 1000, TYPES[detail?.kind ?? 0] ?? 'minor')
      }
    }).observe({ entryTypes: ['gc'] })
  }
}
