import type { LogFields } from './record.ts'

/** Joins what is there; the later wins. Mostly there is one, which then is not copied. Fields that cannot be read are left out. */
export const joinFields = (
  a: LogFields | undefined,
  b: LogFields | undefined,
): LogFields | undefined => {
  if (!a || !b) return a ?? b
  try {
    return { ...a, ...b }
  } catch {
    return a
  }
}
