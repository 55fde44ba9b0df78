/**
 * Names of values that must not be logged, as the source of a case-insensitive pattern. A key is secret when it
 * ends with one: `access_token` is, `token_count` is not.
 */
const NAMES =
  '(?:passw(?:or)?d|passphrase|credential)[-_.\\w]{0,24}|(?:token|secrets?|authorization|cookies?|signature|jwt|(?:api|access|account|auth|private|secret|shared|signing|encryption|master|service)[-_. ]?key(?:[-_. ]?id)?)(?:[-_. ]?(?:value|header))?'

/** Short ones, which other words end with too. */
const WORDS = '(?:pwd|auth|pin|otp|ssn|cv[vc]2?|cards?(?:[-_. ]?n(?:umber|um|o))?)'

const HUMP = /([a-z\d])([A-Z])/g

/** A text as the source of a pattern that matches just this text. */
export const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Words of a key, apart: `sessionId`, `session-id` and `SESSION_ID` are the same name. */
const words = (key: string): string =>
  key
    .replace(HUMP, '$1 $2')
    .split(/[-_.\s]+/)
    .map(literal)
    .join('[-_. ]?')

/** The source of a pattern that matches secret names; `added` are the user's own. */
export const secretNames = (added: readonly string[]): string =>
  `${NAMES}|(?<![a-z\\d])(?:${[WORDS, ...added.map(words)].join('|')})`

/** Tells whether a key names a secret. Dear enough to be worth remembering. */
export const secretNameTest = (
  names: string,
  allowed: readonly string[],
): ((key: string) => boolean) => {
  const ending = new RegExp(`(?:${names})$`, 'i')
  return (key) => !allowed.includes(key) && ending.test(key.replace(HUMP, '$1_$2'))
}
