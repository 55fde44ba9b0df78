import type { CheckFinding } from '../check.ts'

/** From which share of a limit on a check says so. */
export interface UtilizationOptions {
  /** Share, from 0 to 1, from which on the check is `warn`. */
  warnAbove?: number
  /** Share, from 0 to 1, from which on the check is `fail`. */
  failAbove?: number
}

/** What is found of a share of something that ends. */
export const utilizationFinding = (
  share: number,
  { warnAbove, failAbove }: Required<UtilizationOptions>,
  output: string,
): CheckFinding => ({
  status: share > failAbove ? 'fail' : share > warnAbove ? 'warn' : 'pass',
  observedValue: Math.round(share * 1000) / 10,
  observedUnit: '%',
  output,
})

/** What is found where the runtime does not tell: nothing is known to be wrong, nor to be right. */
export const untold = (what: string): CheckFinding => ({
  status: 'warn',
  output: `this runtime does not tell ${what}`,
})

/** Bytes as people read them. */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`
