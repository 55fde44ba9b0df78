const KEYS =
  /(^|[._-])(passw(or)?d|secret|token|api[_-]?key|authorization|cookie|session[_-]?id|ssn|iban|credit[_-]?card|card[_-]?number|e?mail|phone|birth(day|date)?|first[_-]?name|last[_-]?name|full[_-]?name)($|[._-])/i

/** Attributes that name what they may hold a secret of, such as counts of tokens. */
const HARMLESS_KEYS = /token(s)?[._](count|type|usage|name)|[._](tokens|count|size|type|length)$/i

const VALUES: readonly [what: string, pattern: RegExp][] = [
  ['an e-mail address', /[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){1,4}/],
  ['a JSON Web Token', /\beyJ[\w-]{8,}\.[\w-]{8,}\./],
  ['credentials in a URL', /:\/\/[^\s/:@]{1,64}:[^\s/@]{1,64}@/],
  ['a bearer token', /\bbearer\s+[\w.~+/-]{12,}/i],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  [
    'a secret in a query',
    /[?&](token|access_token|api_?key|password|secret|sig|signature)=(?!REDACTED|\*|\[)[^&\s]{4,}/i,
  ],
]

const IP_KEYS = /^(client\.address|client\.socket\.address|source\.address|http\.client_ip)$/
const MAX_LOOKED_AT = 2048

/** What a value is likely to be that should not leave the app; undefined for nothing. */
export function personalIn(key: string, value: string): string | undefined {
  if (value === '' || /^(\*+|\[?redacted\]?)$/i.test(value)) return undefined
  const text = value.slice(0, MAX_LOOKED_AT)
  for (const [what, pattern] of VALUES) if (pattern.test(text)) return what
  if (IP_KEYS.test(key)) return "a client's address"
  if (hasCardNumber(text)) return 'a card number'
  return KEYS.test(key) && !HARMLESS_KEYS.test(key) && !/^(true|false|\d{1,4})$/.test(value)
    ? 'what its name says'
    : undefined
}

function hasCardNumber(text: string): boolean {
  // Hexadecimal ids contain runs of digits as well; a card's number stands alone.
  const found = text.match(/(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w.-])/g) ?? []
  return found.some((each) => isCardNumber(each.replace(/\D/g, '')))
}

/** Luhn's check, for numbers that begin as those of cards do. */
function isCardNumber(digits: string): boolean {
  if (!/^(4|5[1-5]|2[2-7]|3[47]|6)/.test(digits)) return false
  let sum = 0
  for (const [i, digit] of [...digits].reverse().entries()) {
    const doubled = Number(digit) * (i % 2 ? 2 : 1)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
