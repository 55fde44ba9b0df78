/**
 * What is secret by its looks: private keys in PEM form, JSON Web Tokens, AWS key ids, tokens with their maker's
 * prefix, basic and bearer credentials, card numbers. Each starts with a literal, and what can repeat is bounded or
 * cannot hold that literal again, so that no text makes the scan slower than linear.
 */
const LOOKS = /* @__PURE__ */ [
  '-----BEGIN [A-Z\\d ]{0,30}PRIVATE KEY[^]*?(?:-----END [A-Z\\d ]{0,30}PRIVATE KEY[A-Z ]{0,10}-----|$)',
  '(?<![\\w-])eyJ[\\w-]+\\.[\\w-]*(?:\\.[\\w-]*){0,3}',
  '\\bA(?:KIA|SIA|IDA|ROA|GPA|IPA|NPA|NVA)[A-Z\\d]{16}\\b',
  '\\b(?:gh[opsur]_|github_pat_|glpat-|xox[a-z]-|[rsp]k_(?:live|test)_|sk-|AIza|whsec_|SG\\.)[\\w.-]{16,}',
  '\\b(?:[bB]earer|BEARER)\\s{1,8}(?:token\\s{1,8})?(?!(?:token|auth\\w*|scheme|realm|error|is|was|not|of|and|or|must|required|missing|invalid)\\b)[^\\s,;"\'<>]+',
  '\\b(?:[bB]asic|BASIC)\\s{1,8}(?=.\\w*[A-Z\\d+/=])[\\w+/=-]{4,}',
].join('|')

const CARD =
  '(?<![\\da-zA-Z]|\\d\\.)[2-6](?:\\d{12,18}|\\d{3}(?:[ .+-]\\d{4}){2}[ .+-]\\d{1,7}|\\d{3}[ .+-]\\d{6}[ .+-]\\d{4,5})(?![\\da-zA-Z])'

/** Matches every text that {@link secretPatterns} would change, and some others. */
export const TRIGGERS: string = `[:=@]|${LOOKS}|${CARD}`

// What stands between a name and its value, an opening quote included, also within JSON within JSON.
const ASSIGN = '["\'`\\\\]{0,9}\\s{0,3}[:=]>?\\s{0,3}(?:\\\\{0,8}["\'])?'

// Parameters and several cookies to the end of the line, a quoted value to its closing quote, or one word.
const VALUE =
  '(?<=(?:authorization|cookies?)["\'\\s:=>]{1,9})[^\\r\\n"\'\\\\]+|(?<=\\\\["\'])(?:\\\\{2,}.|[^"\'\\\\])*|(?<=")(?:\\\\.|[^"\\\\])*|(?<=\')(?:\\\\.|[^\'\\\\])*|[^\\s&,;"\'<>()[\\]{}\\\\]+'

/** The Luhn check of a card number's digits, separators left out. */
const isCard = (text: string): boolean =>
  text
    .replace(/\D/g, '')
    .split('')
    .reverse()
    .reduce((sum, digit, i) => sum + Number(i % 2 ? '0246813579'[Number(digit)] : digit), 0) %
    10 ===
  0

/** Replaces, in any text, what looks like a secret or is assigned to the name of one. */
export const secretPatterns = (names: string, censor: string): ((text: string) => string) => {
  // A few names are secret only in a query string.
  const assigned = `((?:${names}|[?&](?:code|sig|key))${ASSIGN})(?:${VALUE})`
  const byName = new RegExp(`${assigned}|(:(?:\\\\?/){2})[^\\s/?#"'<>]*(?=@)`, 'gi')
  const byLooks = new RegExp(`${LOOKS}|(${CARD})`, 'g')
  return (text) =>
    text
      .replace(byName, (_, name = '', scheme = '') => name + scheme + censor)
      .replace(byLooks, (match, card) => (card && !isCard(card) ? match : censor))
}
