import { clean } from './text.ts'

const TIMEOUT_MS = 5000

/** The shop's health in one line: `Health: pass (db pass, carts pass, telemetry pass)`. */
export async function readHealth(baseUrl: string): Promise<string> {
  const response = await fetch(`${baseUrl}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  const { status, checks = {} } = (await response.json()) as {
    status: string
    checks?: Record<string, { status: string }[]>
  }
  const each = Object.entries(checks).map(([name, [check]]) => `${name} ${check?.status}`)
  return clean(`Health: ${status} (${each.join(', ')})`)
}
