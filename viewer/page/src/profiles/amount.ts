import type { ProfileView } from '../api-types.ts'
import { formatDuration } from '../format/duration.ts'
import { formatBytes } from '../format/number.ts'

/** What a profile counts, with its unit. */
export function amount(value: number, unit: ProfileView['unit']): string {
  return unit === 'ms' ? formatDuration(value) : formatBytes(value)
}

/** What kind of profile it is, in words. */
export const KIND_NAMES: Record<ProfileView['kind'], string> = { cpu: 'CPU', heap: 'Heap' }
