/** What may stand between the words of a name. */
const GAP = '[-_. ]?'

/** `max_tokens` and its like count pieces of text, and so does `tokens` before a number. */
const TOKENS =
  'tokens?(?<!(?:max|min|num|count|total|prompt|completion|input|output|cached?|read|creation|reasoning|thinking|used?|left|remaining|per|of|audio|text|image|budget)[-_. ]?tokens)(?<!(?:next|prev|previous|page|continuation|sync|cursor)[-_. ]?tokens?)(?!(?<=tokens)["\'`\\\\]{0,9}\\s{0,3}[:=]\\s{0,3}\\d{1,9}(?!\\w))'

const KEYS = `(?:api|app|application|access|account|auth|private|secret|shared|sign(?:ing)?|encryption|decryption|master|service|license|session|subscription|consumer|functions?|deploy|ssh|hmac|write|pass|client|integration|instrumentation)${GAP}keys?(?:${GAP}id)?`

const CODES = `(?:otp|mfa|2fa|sms|auth|authorization|verification|security|confirmation|recovery|backup|reset|login|pin|one${GAP}time)${GAP}codes?`

/**
 * Names of values that must not be logged, as the source of a case-insensitive pattern. A key is secret when it
 * ends with one: `access_token` is, `token_count` is not.
 */
const NAMES = `(?:pass${GAP}(?:w[o0]?r?[dt]|phrase|code)|credential|(?<![a-z])(?:kennwort|contrasena|senha))(?!s?[-_.]?(?:strength|policy|policies|rules?|length|types?|provider|(?:(?:chang|updat)ed|expir(?:es|ed|y))(?:[-_.]?(?:at|on))?)(?![a-z]))[-_.\\w]{0,24}|(?:${TOKENS}|${KEYS}|${CODES}|(?:secret(?<!\\d:secret)|authorization|cookie|signature|jwt|mnemonic|psk|creds|social${GAP}security(?:${GAP}n(?:umber|um|o))?|security${GAP}answer|code${GAP}verifier|saml${GAP}(?:response|request|assertion)|auth${GAP}header|connection${GAP}string|(?:seed|recovery)${GAP}phrase)s?|[cx]srf|j?sessid|jsessionid)(?:${GAP}(?:value|header|hash|string|hex|plain|raw|text|list|hint|b64|base${GAP}64))?(?:${GAP}v?[1-9]\\d{0,2})?`

/** Short ones, which other words end with too. */
const WORDS = `pwds?|pw|pswd?|auth|bearer|pins?|t?otps?|ssn|cv[vc]2?|(?:cc|cards?)(?:${GAP}n(?:umber|um|o))|cards?`

/** `first pass: 3 rows` is prose; `DB_PASS`, `pass=…` and `"pass": "…"` are not. */
const PASS =
  'pass(?<!(?:tests?|firewall|ski|bus|boarding|season|first|second|low|high|band)[-_.]?pass)(?:(?<=(?:[-_.]|(?<![a-z])(?:db|user|smtp|mail|ftp|admin|root|my))pass)(?:es)?\\d?|(?<![a-z\\d]pass)(?=["\'`\\\\=]|\\s?:\\s?["\'`]|$))'

/** Matches every text with a name of the above, and some others; `status_code` not, which every access line has. */
const HINT =
  'pass|ps?w|kennw|contras|senha|psk|saml|social|answer|verif|tok|key|secret|auth|cook|sign|jwt|srf|sess|mnem|conn|phrase|(?<!s[-_. ]?)code|sms|cred|bear|pin|otp|ssn|cv[vc]|card|cc|[@]|[?&](?:code|sig)='

/** Tells most texts and keys that have no secret name from the others, at little cost. */
export const nameHint = (added: readonly string[]): RegExp =>
  new RegExp(added.length > 0 ? '' : HINT, 'i')

const HUMP = /([a-z\d])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g

const apart = (key: string): string => key.replace(HUMP, '$1$2_')

/** Letters of other alphabets that look like these. */
const ALIKE = 'аaеeоoрpсcуyхxѕsіiјjԁdһhкkтtвvοoαaρpιiκkτtνv'

/** A key as a reader sees it: of full-width and look-alike letters, and of what has no width. */
const asSeen = (key: string): string =>
  /[^ -~]/.test(key)
    ? key
        .normalize('NFKD')
        .replace(/\p{Cf}|\p{M}/gu, '')
        .replace(/[^ -~]/g, (char) => ALIKE[ALIKE.indexOf(char.toLowerCase()) + 1] as string)
    : key

/** A text as the source of a pattern that matches just this text. */
export const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Words of a key, apart: `sessionId`, `session-id` and `SESSION_ID` are the same name. */
const words = (key: string): string =>
  apart(key)
    .split(/[-_.\s]+/)
    .map(literal)
    .join(GAP)

/** The source of a pattern that matches secret names; `added` are the user's own. */
export const secretNames = (added: readonly string[]): string =>
  `${NAMES}|${PASS}|(?<![a-z\\d])(?:${[WORDS, ...added.map(words)].join('|')})`

/** Tells whether a key names a secret. Dear enough to be worth remembering. */
export const secretNameTest = (
  names: string,
  hint: RegExp,
  allowed: readonly string[],
): ((key: string) => boolean) => {
  const ending = new RegExp(`(?:${names})(?:\\s?\\([^)]*\\))?[^a-z\\d]{0,3}$`, 'i')
  return (key) => {
    if (allowed.includes(key)) {
      return false
    }
    const seen = asSeen(key)
    const joined = seen.replace(/[^a-z\d]/gi, '')
    return (
      (hint.test(seen) && ending.test(apart(seen))) || (hint.test(joined) && ending.test(joined))
    )
  }
}
