import { compilePaths, type PathNode } from './redact-paths.ts'
import { literal, nameHint, secretNames, secretNameTest } from './secret-names.ts'
import { secretPatterns, TRIGGERS } from './secret-patterns.ts'

/** What must not be logged, in addition to what is known by its name or looks. */
export interface RedactOptions {
  /**
   * Keys whose values are replaced, beside the built-in ones (passwords, tokens, cookies, API keys, cards, …).
   * Case, `-`, `_` and camelCase make no difference, and a longer key that ends with these words matches too.
   */
  keys?: readonly string[]
  /** Keys, written exactly so, that are not secret although their name says it: `['card']`. */
  allow?: readonly string[]
  /** Places in the fields: `user.*.email`, `items[*].card`. */
  paths?: readonly string[]
  /**
   * Patterns replaced wherever they match, {@link EMAIL} for example. They meet at most 20,000 characters at a time;
   * whether that takes linear time is up to the pattern.
   */
  patterns?: readonly RegExp[]
  /**
   * Texts replaced wherever they occur, keys included, also when escaped for JSON or a URL. At least 4 characters
   * each: shorter ones would be found in everything.
   */
  secrets?: readonly string[]
  /** What stands in the place of a secret. Default `[REDACTED]`. */
  censor?: string
}

/** Redaction, compiled once. */
export interface Redactor {
  readonly censor: string
  /** Source of a pattern that matches every text that `text` would change, and some others. */
  readonly triggers: string
  /** The longest text that is recognised only as a whole, in characters. */
  readonly longestSecret: number
  /** Whether numbers can be secret by more than their length. */
  readonly scansNumbers: boolean
  readonly paths: readonly PathNode[] | undefined
  /** Whether the values of this key are secret. */
  isSecretName(key: string): boolean
  /** Replaces the secrets in a text. Linear in its length. */
  text(text: string): string
  /** Replaces only those given as `secrets`: for identifiers, whose looks say nothing. */
  exact(text: string): string
}

/** E-mail addresses, for {@link RedactOptions.patterns}. */
export const EMAIL: RegExp = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/

const NEVER = '(?!)'

const replacer = ({ source, flags }: RegExp, censor: string): ((text: string) => string) => {
  const pattern = new RegExp(source, `${flags.replace(/[gy]/g, '')}g`)
  return (text) => text.replace(pattern, () => censor)
}

/** Compiles what is to be redacted; `false` for nothing. */
export const createRedactor = (options: RedactOptions | false = {}): Redactor => {
  const {
    keys = [],
    allow = [],
    paths = [],
    patterns = [],
    secrets = [],
    censor = '[REDACTED]',
  } = options || {}
  const names = options ? secretNames(keys) : NEVER
  const hint = nameHint(keys)
  // As they are, as they stand in a JSON text, and in a URL. The longest first, or a secret that begins with
  // another would be replaced only in part.
  const forms = secrets
    .filter(({ length }) => length > 3)
    .flatMap((text) => [
      text,
      JSON.stringify(text).slice(1, -1),
      encodeURIComponent(text.toWellFormed()),
    ])
    .sort((a, b) => b.length - a.length)
  const exactly = forms.map(literal).join('|') || NEVER
  const exact = forms.length > 0 ? replacer(new RegExp(exactly), censor) : (text: string) => text
  const replacers = [
    exact,
    ...(options ? [secretPatterns(names, hint, censor)] : []),
    ...patterns.map((pattern) => replacer(pattern, censor)),
  ]
  return {
    censor,
    // Flags of the user's patterns cannot be joined with ours: with any, every text is looked at in full.
    triggers: patterns.length > 0 ? '' : options ? `${TRIGGERS}|${exactly}` : NEVER,
    longestSecret: forms[0]?.length ?? 0,
    scansNumbers: forms.length + patterns.length > 0,
    paths: compilePaths(paths),
    isSecretName: secretNameTest(names, hint, allow),
    text: (text) => replacers.reduce((result, replace) => replace(result), text),
    exact,
  }
}
