const CENSOR = '[REDACTED]'

const NAMES =
  'pass|psw|pwd|_pw|token|secret|key|auth|bearer|cookie|sign|jwt|cred|otp|ssn|cv[vc]|card|phrase|[cx]srf|sess|mnemonic|conn\\w{1,8}str'

/** Any name that could be a secret's with what is assigned to it, which may have any form: to the end. */
const ASSIGNED = new RegExp(
  `((?:${NAMES}|--|\\bpin\\b|\\bpw\\b|[?&](?:code|sig)\\b)\\w{0,24}(?!\\w)(?:[^\\w\\r\\n]{0,9}[:=>,]|%(?:25)?[23][2ad]|"?\\s{0,3}[\\r\\n]|(?<=--\\w{1,30})\\s)|\\b(?:bearer|basic)\\s{1,3}(?:token\\s)?)[^]+`,
  'gi',
)
/** Credentials in a URL, long words with a digit in them, numbers of cards, keys, webhooks. */
const SHAPED =
  /(?<=:\\?\/\\?\/)[^\s/?#"'<>]*(?=@)|(?=[A-Za-z_~+=-]{0,40}\d)[\w~+=-]{16,}|[3-6]\d{3}\D?\d{4,6}\D?\d{4,6}(?:\D?\d{4})?|(?<=-----BEGIN )[\s\S]+|(?<=\/hooks\/)\S+/g
const NAME = new RegExp(`${NAMES}|^pin|^pw$|pin$|codes?$|cc_?num`, 'i')

/**
 * Redaction for as long as no app has said how it wants it, and for entries that are used alone: much smaller than
 * the one for logs, and much less careful with what is no secret. What is said before is little, and ours.
 */
export const coarseRedactor: {
  readonly censor: string
  text(text: string): string
  isSecretName(name: string): boolean
} = {
  censor: CENSOR,
  text: (text) => text.replace(ASSIGNED, (_, name) => name + CENSOR).replace(SHAPED, CENSOR),
  isSecretName: (name) => NAME.test(name),
}

/** Its expressions, for those who count their steps. */
export const coarseExpressions: readonly RegExp[] = [ASSIGNED, SHAPED]
