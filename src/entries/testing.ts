export {
  type CapturedApp,
  type CapturedResponse,
  type CapturedResult,
  type CapturedTelemetry,
  type CaptureOptions,
  captured,
} from '../testing/captured.ts'
export type { CapturedLog, CapturedPoint, CapturedSpan } from '../testing/records.ts'
