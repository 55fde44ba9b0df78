import type { ShopRuntime } from './options.ts'

/** What the shop's process is told when it starts. */
export interface WorkerSettings {
  runtime: ShopRuntime
  port: number
  stateDir: string
  /** Plain-text variables, in addition to those of `wrangler.toml`. */
  vars: Record<string, string>
  verbose: boolean
  /** Build again when a file changes. On workerd only. */
  watch: boolean
}

/** What the shop's process tells the one that started it. */
export type WorkerMessage =
  | { type: 'stored' }
  | { type: 'ready' }
  | { type: 'failed'; message: string }
