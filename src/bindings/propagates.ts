import type { BindingContext } from './types.ts'

/** Whether the other end of this binding takes a trace context out again. */
export const propagates = ({ name, options }: BindingContext): boolean =>
  options.propagate?.includes(name) === true
