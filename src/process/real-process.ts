/** What Deno, Bun and Node have in common. */
export interface RealProcess {
  readonly pid: number
  readonly platform: string
  readonly arch: string
  memoryUsage(): { rss: number }
  cpuUsage(): { user: number; system: number }
  uptime(): number
}

/** Undefined on Workers, where a `process` may be, but none that has memory. */
export const realProcess = (): RealProcess | undefined => {
  const { process } = globalThis as unknown as { process?: Partial<RealProcess> }
  return (process?.memoryUsage?.().rss ?? 0) > 0 ? (process as RealProcess) : undefined
}
