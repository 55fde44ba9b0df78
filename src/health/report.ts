import type { CheckResult, HealthStatus } from './check.ts'
import type { Component } from './component.ts'

export type Checked = readonly [Component, CheckResult]

/** One element of `checks`. The public body has `status` only. */
export interface ReportedCheck extends Record<string, unknown> {
  status: HealthStatus
}

/** The body, following draft-inadarei-api-health-check-06. */
export interface HealthReport {
  status: HealthStatus
  version?: string | undefined
  releaseId?: string | undefined
  serviceId?: string | undefined
  notes?: string[]
  checks?: Record<string, [ReportedCheck]>
}

/** `fail` if a critical check fails, `warn` if anything else is not right, else `pass`. */
export const overallStatus = (results: readonly Checked[]): HealthStatus => {
  let overall: HealthStatus = 'pass'
  for (const [{ critical }, { status }] of results) {
    if (status === 'fail' && critical) {
      return status
    }
    if (status !== 'pass') {
      overall = 'warn'
    }
  }
  return overall
}

const isoTime = (ms: number): string => new Date(ms).toISOString()

const detailedCheck = ([{ check, critical }, result]: Checked): ReportedCheck => {
  const { timeMs, lastSuccessMs, output, ...found } = result
  return {
    ...found,
    // Section 4.6 of the draft: omitted of what passes.
    ...(found.status !== 'pass' && { output }),
    ...(found.observedValue === undefined && {
      observedValue: found.durationMs,
      observedUnit: 'ms',
    }),
    componentId: check.componentId,
    componentType: check.componentType,
    time: isoTime(timeMs),
    lastSuccess: lastSuccessMs && isoTime(lastSuccessMs),
    critical,
    tags: check.tags,
  }
}

/** The checks as anyone may see them, or in detail. */
export const reportedChecks = (
  results: readonly Checked[],
  detailed: boolean,
): Record<string, [ReportedCheck]> => {
  return Object.fromEntries(
    results.map((checked) => [
      checked[0].name,
      [detailed ? detailedCheck(checked) : { status: checked[1].status }],
    ]),
  )
}

/** The report as lines: the status, then each check with its status and, in detail, the rest as JSON. */
export const reportText = ({ status, notes = [], checks = {} }: HealthReport): string => {
  const lines = Object.entries(checks).map(([name, [{ status, ...details }]]) =>
    `${name}: ${status} ${JSON.stringify(details)}`.replace(/ \{\}$/, ''),
  )
  return [status, ...notes, ...lines, ''].join('\n')
}
