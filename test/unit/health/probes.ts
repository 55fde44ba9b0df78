import type { Env, Hono } from 'hono'
import type { HealthReport } from '../../../src/entries/health.ts'

interface Answer {
  status: number
  headers: Headers
  text: string
  report: HealthReport
}

/** Sends one probe to an app and reads the answer. */
export async function probe<E extends Env>(
  app: Hono<E>,
  path: string,
  init: RequestInit = {},
  env: object = {},
): Promise<Answer> {
  const response = await app.request(path, init, env)
  const text = await response.text()
  const isReport = response.headers.get('Content-Type') === 'application/health+json'
  const report: HealthReport = isReport && text ? JSON.parse(text) : { status: 'pass' }
  return { status: response.status, headers: response.headers, text, report }
}
