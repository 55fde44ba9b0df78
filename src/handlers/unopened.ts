import { warnOnce } from '../base/warn.ts'

/** Somebody sends a context where it was not asked for: that is for whoever deploys both to know, once. */
export const warnOfUnopened = (what: string): void =>
  warnOnce(
    `${what} seem to bring a trace context along, which is left in them: nothing here says \`propagate\`.`,
    `unopened ${what}`,
  )
