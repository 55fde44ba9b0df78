/** What the Worker's process is told when it starts. */
export interface WorkerSettings {
  port: number
  stateDir: string
  /** Plain-text variables, in addition to those of `wrangler.toml`. */
  vars: Record<string, string>
  verbose: boolean
  /** Build again when a file changes. */
  watch: boolean
}

/** What the Worker's process tells the one that started it. */
export type WorkerMessage =
  | { type: 'stored' }
  | { type: 'ready' }
  | { type: 'failed'; message: string }
