import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** In `wrangler.toml`. */
export const CLOSE_OF_DAY = '50 23 * * *'

/** Closes the day of a Worker by its cron trigger. */
export async function closeByTrigger(
  baseUrl: string,
  time: Date,
  signal: AbortSignal,
): Promise<void> {
  const query = new URLSearchParams({ cron: CLOSE_OF_DAY, time: String(time.getTime()) })
  const response = await fetch(`${baseUrl}/cdn-cgi/handler/scheduled?${query}`, { signal })
  const text = await response.text()
  if (!response.ok) throw new Error(`the cron trigger ended with ${response.status}: ${text}`)
}

/** Closes the day of a shop in a process by a command, as the machine's cron would. */
export async function closeByCommand(
  [command, ...args]: readonly [command: string, ...args: string[]],
  vars: Record<string, string>,
  time: Date,
  signal: AbortSignal,
): Promise<void> {
  const day = time.toISOString().slice(0, 10)
  await promisify(execFile)(command, [...args, 'close-day', day], {
    env: { ...process.env, ...vars },
    signal,
  })
}
