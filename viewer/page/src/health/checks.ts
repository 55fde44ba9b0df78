/** One check of a health route. */
export interface ShownCheck {
  name: string
  state: string
  observed: string
  output: string
}

/** The checks in a body of `application/health+json`, whoever wrote it. */
export function checksIn(body: unknown): ShownCheck[] {
  const checks = isObject(body) ? body.checks : undefined
  if (!isObject(checks)) return []
  return Object.entries(checks).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).filter(isObject).map((check, at) => ({
      name: at === 0 ? name : `${name} ${at + 1}`,
      state: text(check.status),
      observed: `${text(check.observedValue)} ${text(check.observedUnit)}`.trim(),
      output: text(check.output),
    })),
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function text(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
