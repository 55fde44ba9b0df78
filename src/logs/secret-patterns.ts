import { looksExpression, looksReplacer, SHAPES } from './secret-looks.ts'

/** Matches every text that {@link secretPatterns} would change, and some others. */
export const TRIGGERS: string = `[=@%<]|[^/]:|--\\w|${SHAPES}`

// The end of a name that is quoted, coloured or in bold, also within JSON within JSON, HTML or a URL.
const QUOTED =
  '(?:["\'`\\\\\\]*]|%(?:25)?(?:22|27|5D)|&(?:quot|#34|#39|apos);|\\u001b\\[[\\d;]{0,9}m)'

// What stands between a name and its value: `=`, `: "`, `=> '`, `%3D`, or the space after an option of a command.
const ASSIGN = `(?:(?:\\[|%5B)\\w{0,20}(?=\\]|%5D))?${QUOTED}{0,130}\\s{0,3}(?:[:=\\uff1a]{1,2}>?|%(?:25){0,3}3[AD])\\s{0,3}(?:\\\\{0,129}["'\`]|%(?:25)?22|&(?:quot|#34|#39|apos);)?|(?<=["'](?:proxy-)?(?:authorization|cookie))["']\\s?,\\s?["']|(?=\\s)(?<=--[\\w-]{1,40})\\s{1,3}["']?(?=[^\\s-])`

// The rest of `"name": "password", "value": "…"`, members and attributes between them included, or of a form's part.
const PAIR =
  '(?:\\\\{0,8}["\']){1,2}(?:[\\s,]{1,9}[\\w"\\\\-]{1,20}\\s?[:=]\\s?\\\\{0,8}["\'][^"\'\\r\\n]{0,40}["\']){0,3}[\\s,]{1,9}["\'\\\\]{0,9}(?:value|val|content|data|default|v)["\'\\\\]{0,9}\\s{0,3}[:=]\\s{0,3}(?:\\\\{0,8}["\'])?|(?<=name="[^"\\r\\n]{1,80})"(?:\\r?\\n[\\w-]{1,40}:[^\\r\\n]{0,100})?(?:\\r?\\n){2}'

// The rest of an element's start.
const TAG = '(?=[\\s>])(?<=<[\\w:.-]{1,80})(?:\\s[^<>]{0,100})?>(?:<!\\[CDATA\\[)?'

// Parameters and several cookies to the end of the line; the content of an element; a form's part; a quoted value to
// its closing quote; a list or an object to its first end; or one word.
const VALUE = [
  '[|>][+-]?\\d?[ \\t]*\\r?(?:\\n[ \\t]+[^\\n]*)+',
  '(?<=:[ \\t]{0,3}\\r?\\n[ \\t]{0,40})- [^\\n]*(?:\\n[ \\t]*- [^\\n]*)*',
  '(?<=(?:authorization|cookies?)[\\s:=>]{1,9})(?:=\\s?\\\\{0,8}["\'][^"\'\\r\\n]*["\']|[^\\r\\n"\'\\\\])+',
  '(?<=(?:[^=:\\s-]|<!\\[CDATA)[>[])[^<\\]]+',
  '(?<="\\r?\\n\\r?\\n|:[^\\n]{0,100}\\r?\\n\\r?\\n)[^\\r\\n]+',
  '(?<=\\\\["\'])(?:\\\\{2,}.|[^"\'\\\\])*',
  '(?<=")(?:\\\\.|[^"\\\\])*',
  "(?<=')(?:\\\\.|[^'\\\\])*",
  '(?<=`)[^`]*',
  '[[{][^\\]}]*[\\]}]?',
  '(?!(?:true|false|null|undefined|SQLITE_\\w+|\\d{1,2}|ok|valid|invalid|missing|required|expired|declined)(?![\\w-]))[^\\s&,;"\'<>()[\\]{}\\\\]+(?:[&,;](?!\\s|$|[\\w.%[\\]-]{0,40}[=:"\'(<{[])[^\\s&,;"\'<>()[\\]{}\\\\]+)*',
].join('|')

// How each of them begins. Looked at first: a text may be nothing but names, and each of the three is dear to try.
const BEGIN = '(?=["\'`\\\\\\]*&[\\u001b%\\s:=\\uff1a>])'

// The same with the value first, and what stands between it and the name.
const VALUE_FIRST =
  '(\\b(?:value|val|content|data)["\'\\\\]{0,3}\\s?[:=]\\s?["\'\\\\]{1,3})[^"\'\\\\\\r\\n]{1,200}'
const THEN_NAME =
  '["\'\\\\]{1,3}[\\s,]{1,3}["\'\\\\]{0,3}(?:name|key|field|header|id)["\'\\\\]{0,3}\\s?[:=]\\s?["\'\\\\]{1,3}(?:[a-z]{1,20}[_.-]){0,2}'

const namesExpression = (names: string): RegExp => {
  // A few names are secret only in a query string.
  const assigned = `((?:${names})${BEGIN}(?:${ASSIGN}|${PAIR}|${TAG})|[?&](?:code(?!=\\d{3}(?!\\w))|sig|key)=)(?:${VALUE})`
  return new RegExp(
    `${assigned}|${VALUE_FIRST}(?=${THEN_NAME}(?:${names})["'\\\\])|(:(?:\\\\?/){2})(?:[^\\s/?#"'<>]*|[^\\s/?#"'<>:@]{0,99}:(?!\\d{1,5}[/?#])[^\\s"'<>]{1,99})(?=@)`,
    'gi',
  )
}

/** The expressions that texts are searched with, for those who count their steps. */
export const secretExpressions = (names: string): readonly RegExp[] => [
  namesExpression(names),
  looksExpression(),
]

/**
 * Replaces, in any text, what looks like a secret or is assigned to the name of one.
 *
 * @param hint Matches every text with such a name; quick to compile, and most texts have none.
 */
export const secretPatterns = (
  names: string,
  hint: RegExp,
  censor: string,
): ((text: string) => string) => {
  // The longest of all expressions, which a fresh isolate's first response need not wait for.
  let byName: RegExp | undefined
  const byLooks = looksReplacer(censor)
  return (text) => {
    let result = text
    if (hint.test(text)) {
      byName ??= namesExpression(names)
      result = text.replace(
        byName,
        (_, name = '', first = '', scheme = '') => name + first + scheme + censor,
      )
    }
    return byLooks(result)
  }
}
