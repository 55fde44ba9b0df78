const two = (value: number): string => String(value).padStart(2, '0')

/** The local time of day: `14:03:20.412`. */
export function clock(ms: number, precise = true): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return String(ms)
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return precise ? `${time}.${String(date.getMilliseconds()).padStart(3, '0')}` : time
}

/** The local date, unless it is today. */
export function day(ms: number): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return ''
  if (date.toDateString() === new Date().toDateString()) return ''
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The same in UTC, to the millisecond. */
export function utc(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString()
}

/** How long ago: `now`, `12 s ago`, `3 min ago`. */
export function ago(ms: number, nowMs: number): string {
  const seconds = Math.round((nowMs - ms) / 1000)
  if (seconds < 2) return 'now'
  if (seconds < 100) return `${seconds} s ago`
  if (seconds < 6000) return `${Math.round(seconds / 60)} min ago`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h ago`
  return `${Math.round(seconds / 86_400)} d ago`
}
