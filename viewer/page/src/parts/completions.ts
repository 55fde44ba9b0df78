import type { SearchKey } from '../api-types.ts'

const SHOWN = 12

/** Where the last piece of a query begins that is still being typed: a key, or a value after a sign. */
const LAST = /(?:^|[\s(])([^\s()"=<>~!]+)(!=|>=|<=|[=<>~])?("?)([^"\s()]*)$/

/** The whole text with what it may become: keys, or after a sign the key's values. */
export function completions(text: string, keys: readonly SearchKey[]): string[] {
  const match = LAST.exec(text)
  if (!match) return []
  const [, key = '', sign, quote = '', begun = ''] = match
  if (sign === undefined) {
    const head = text.slice(0, text.length - key.length)
    return keys
      .map((each) => each.key)
      .filter((each) => each !== key && each.toLowerCase().includes(key.toLowerCase()))
      .slice(0, SHOWN)
      .map((each) => `${head}${quotedWord(each)}=`)
  }
  const head = text.slice(0, text.length - begun.length - quote.length)
  const values = keys.find((each) => each.key === key)?.values ?? []
  return values
    .filter((each) => each !== begun && each.toLowerCase().startsWith(begun.toLowerCase()))
    .slice(0, SHOWN)
    .map((each) => head + quotedWord(each))
}

/** A word as it is, anything else in quotation marks. */
export function quotedWord(word: string): string {
  const isPlain = /^[^\s"=<>~()!]+$/.test(word) && !/^(and|or|not|exists)$/i.test(word)
  return isPlain ? word : `"${word.replaceAll(/["\\]/g, '\\$&')}"`
}
