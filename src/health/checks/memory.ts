import { builtin } from '../../process/builtin.ts'
import { realProcess } from '../../process/real-process.ts'
import type { CheckOptions, HealthCheck } from '../check.ts'
import { megabytes, type UtilizationOptions, untold, utilizationFinding } from './utilization.ts'

/** Settings of {@link memory}. Shares are of the limit: 0.8 to warn and 0.95 to fail unless you say so. */
export interface MemoryCheckOptions extends CheckOptions, UtilizationOptions {
  /** What the process may take, in bytes. Default: its container's limit, or else the machine's memory. */
  limitBytes?: number
}

interface V8 {
  getHeapStatistics?(): { used_heap_size: number; heap_size_limit: number }
}

/** What this is of, and of how much. */
type Part = readonly [name: string, used: number, limit: number]

/**
 * Checks how much memory the process has left, on Deno, Bun and Node: its resident set of its limit and, where the
 * runtime tells, the JavaScript heap of its own limit; the fuller of the two decides. Not critical unless you say so.
 * On Workers, which tell no memory, it is `warn`.
 *
 * @example
 * ```ts
 * import { healthRoutes } from 'hono-observability/health'
 * import { memory } from 'hono-observability/process'
 *
 * export const health = healthRoutes({ checks: { memory: memory({ failAbove: 0.9 }) } })
 * ```
 */
export const memory = (options: MemoryCheckOptions = {}): HealthCheck => {
  const { warnAbove = 0.8, failAbove = 0.95, limitBytes } = options
  return {
    critical: false,
    ...options,
    componentType: 'system',
    componentId: 'memory',
    run: async () => {
      const process = realProcess()
      if (!process) {
        return untold('its memory')
      }
      const limit = limitBytes ?? containerLimit() ?? machineMemory()
      const heap = guarded(() => builtin<V8>('v8')?.getHeapStatistics?.())
      const parts: Part[] = [
        ...(limit ? [['resident', process.memoryUsage().rss, limit] as const] : []),
        ...(heap?.heap_size_limit
          ? [['heap', heap.used_heap_size, heap.heap_size_limit] as const]
          : []),
      ]
      const shares = parts.map(([, used, most]) => used / most)
      return shares.length
        ? utilizationFinding(
            Math.max(...shares),
            { warnAbove, failAbove },
            parts
              .map(([name, used, most]) => `${name} ${megabytes(used)} of ${megabytes(most)}`)
              .join(', '),
          )
        : untold('how much memory there is')
    },
  }
}

/** Deno asks for permission by throwing. */
const guarded = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

interface Constrained {
  constrainedMemory?(): number
}

const machineMemory = (): number | undefined =>
  guarded(() => builtin<{ totalmem(): number }>('os')?.totalmem())

/** Without a limit, some say 0, and some a number that no machine has. */
const containerLimit = (): number | undefined => {
  const { process } = globalThis as unknown as { process?: Constrained }
  const limit = guarded(() => process?.constrainedMemory?.()) ?? 0
  return limit > 0 && limit < (machineMemory() ?? 0) ? limit : undefined
}
