import type { Check } from '../base/checks.ts'
import { resolveUrlMatch, type UrlMatch, urlMatch } from './url-match.ts'

/** Which URLs: all, those of a list, or those of which a function says so. */
export type PropagateTo = 'all' | UrlMatch

export const propagateTo: Check<PropagateTo> = {
  test: (value): value is PropagateTo => value === 'all' || urlMatch.test(value),
  expected: `\`all\`, ${urlMatch.expected}`,
}

/** One question for whatever was given. */
export const resolvePropagateTo = (given: PropagateTo = 'all'): 'all' | ((url: URL) => boolean) =>
  given === 'all'
    ? given
    : resolveUrlMatch(given, '`traces.propagateTo` failed: the trace is not sent there.')
