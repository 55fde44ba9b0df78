/** Characters of an answer by default, and the bounds of what may be asked for. */
export const DEFAULT_CHARS = 20_000
export const MIN_CHARS = 500
export const MAX_CHARS = 200_000

/** Lengths that strings are cut to, one after the other, as it gets narrow. */
const STRING_LENGTHS = [2000, 300, 80] as const

/** Entries of the first list that are worth shorter strings. */
const WORTH = 5

type Answer = Record<string, unknown>

/**
 * An answer as JSON of at most so many characters, whole at any size. What is too much goes from the
 * ends of `lists`, of each the same share, so that what matters has to come first in them; `omitted`
 * says how much that was. Very long strings are cut.
 */
export function toFittingJson(answer: Answer, lists: readonly string[], maxChars: number): string {
  for (const [step, length] of STRING_LENGTHS.entries()) {
    const short = shortened(answer, length) as Answer
    const text = JSON.stringify(short)
    if (text.length <= maxChars) return text
    const isLast = step === STRING_LENGTHS.length - 1
    const found = withoutEnds(short, lists, maxChars, isLast ? 0 : WORTH)
    if (found) return found
  }
  const needed = JSON.stringify(answer).length
  return JSON.stringify({ tooLarge: `Ask with a larger maxChars: all of it has ${needed}` })
}

interface List {
  name: string
  items: readonly unknown[]
  /** Characters of the first so many. */
  lengths: number[]
}

/** The longest beginnings of the lists that fit; undefined when that is too little. */
function withoutEnds(
  answer: Answer,
  names: readonly string[],
  maxChars: number,
  atLeast: number,
): string | undefined {
  const lists = names.flatMap((name): List[] => {
    const items = answer[name]
    if (!Array.isArray(items) || items.length === 0) return []
    const lengths = [0]
    for (const item of items) lengths.push((lengths.at(-1) ?? 0) + JSON.stringify(item).length + 1)
    return [{ name, items, lengths }]
  })
  const empty = Object.fromEntries(lists.map(({ name }) => [name, []]))
  const most = Object.fromEntries(lists.map(({ name, items }) => [name, items.length]))
  const left = maxChars - JSON.stringify({ ...answer, ...empty, omitted: most }).length
  const counts = (share: number): number[] =>
    lists.map(({ items }) => Math.floor(items.length * share))
  const fits = (share: number): boolean =>
    counts(share).reduce((sum, count, at) => sum + (lists[at]?.lengths[count] ?? 0), 0) <= left
  if (!fits(0)) return undefined
  let [low, high] = [0, 1]
  for (let turn = 0; turn < 24; turn++) {
    const middle = (low + high) / 2
    if (fits(middle)) low = middle
    else high = middle
  }
  const kept = counts(low)
  if ((kept[0] ?? 0) < Math.min(atLeast, lists[0]?.items.length ?? 0)) return undefined
  const omitted = lists
    .map(({ name, items }, at): [string, number] => [name, items.length - (kept[at] ?? 0)])
    .filter(([, count]) => count > 0)
  return JSON.stringify({
    ...answer,
    ...Object.fromEntries(lists.map(({ name, items }, at) => [name, items.slice(0, kept[at])])),
    omitted: Object.fromEntries(omitted),
  })
}

function shortened(value: unknown, length: number): unknown {
  if (typeof value === 'string' && value.length > length) {
    return `${value.slice(0, length).toWellFormed()}… (${value.length - length} more)`
  }
  if (Array.isArray(value)) return value.map((each) => shortened(each, length))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, shortened(each, length)]),
  )
}
