import type { AttributeValue } from '@opentelemetry/api'

/** What a setting must be, wherever it comes from: code and environment share these. */
export interface Check<T> {
  readonly test: (value: unknown) => value is T
  /** Completes "must be …" in a message. */
  readonly expected: string
  /** Reads it from text, where it is not the text itself. May throw. */
  readonly parse?: (value: string) => unknown
  /** Reads it from a JSON variable of a Worker, where it may be one. May throw. */
  readonly parseObject?: (value: object) => unknown
}

/** The longest delay that timers take: beyond it they fire at once. */
const MAX = 2147483647

const wholeNumber = (min: number): Check<number> => ({
  test: (value): value is number =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= MAX,
  expected: `a whole number from ${min} to ${MAX}`,
  parse: Number,
})

/** A limit, size or time limit: with zero, nothing would work. */
export const count: Check<number> = /* @__PURE__ */ wholeNumber(1)

/** A waiting time: zero means at once. */
export const delay: Check<number> = /* @__PURE__ */ wholeNumber(0)

/** Time limits in the environment: the specification reads zero as "no limit". */
export const timeout: Check<number> = {
  ...delay,
  parse: (value) => {
    const timeoutMs = Number(value)
    return timeoutMs === 0 ? MAX : timeoutMs
  },
}

export const ratio: Check<number> = {
  test: (value): value is number => typeof value === 'number' && value >= 0 && value <= 1,
  expected: 'a number from 0 to 1',
  parse: Number,
}

export const flag: Check<boolean> = {
  test: (value) => typeof value === 'boolean',
  expected: 'true or false',
  parse: (value) => JSON.parse(value.toLowerCase()),
}

export const text: Check<string> = {
  test: (value): value is string => typeof value === 'string' && value !== '',
  expected: 'a non-empty string',
}

const matching = (pattern: RegExp, expected: string): Check<string> => ({
  test: (value): value is string => typeof value === 'string' && pattern.test(value),
  expected,
})

/** RFC 9110, section 5.6.2: the grammar of header names and methods. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

export const headerName: Check<string> = /* @__PURE__ */ matching(TOKEN, 'a legal header name')

export const method: Check<string> = /* @__PURE__ */ matching(TOKEN, 'a legal method name')

export const headerValue: Check<string> = /* @__PURE__ */ matching(
  /^[\t -~\u0080-\u00ff]*$/,
  'a legal header value',
)

const HTTP_URL = /* @__PURE__ */ matching(
  // `fetch` refuses URLs with credentials, so no request to one would ever leave.
  /^https?:\/\/[^/?#@]+([/?#]|$)/i,
  'an absolute http or https URL, with no user name in it',
)

export const httpUrl: Check<string> = {
  ...HTTP_URL,
  test: (value): value is string => HTTP_URL.test(value) && URL.canParse(value),
}

export const origin: Check<string> = {
  test: (value): value is string =>
    value === '*' || (httpUrl.test(value) && new URL(value).origin === value),
  expected: 'an origin like `https://api.example.com`, or `*`',
}

export const isPrimitive = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

export const attribute: Check<AttributeValue | undefined> = {
  test: (value): value is AttributeValue | undefined =>
    value !== null && [value].flat().every((item) => item == null || isPrimitive(item)),
  expected: 'a string, number, boolean or array of them',
}

/** Lists names as messages do. */
export const quote = (names: readonly string[]): string => `\`${names.join('`, `')}\``

export const oneOf = <T extends string>(...values: readonly T[]): Check<T> => ({
  test: (value): value is T => values.includes(value as T),
  expected: `${values.length > 1 ? 'one of ' : ''}${quote(values)}`,
  parse: (value) => value.toLowerCase(),
})

export const callable = <T>(): Check<T> => ({
  test: (value): value is T => typeof value === 'function',
  expected: 'a function',
})

/** Something known by its methods, so that any version or implementation of it fits. */
export const having = <T>(...methods: readonly (keyof T & string)[]): Check<T> => ({
  test: (value): value is T =>
    methods.every((name) => typeof (value as T | null | undefined)?.[name] === 'function'),
  expected: `an object with callable ${quote(methods)}`,
})

/** One kind or another. */
export const either = <A, B>(first: Check<A>, second: Check<B>): Check<A | B> => ({
  test: (value): value is A | B => first.test(value) || second.test(value),
  expected: `${first.expected} or ${second.expected}`,
})

/** What turns something off that would otherwise take a value. */
export const off: Check<false> = {
  test: (value) => value === false,
  expected: 'false',
}
