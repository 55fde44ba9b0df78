/** The two sides of a comparison. */
export type Side = 'chosen' | 'others'

/** How often a value came on each side. */
export type CountedValue = Record<Side, number>

interface Shares {
  score: number
  present: Record<Side, number>
  values: { value: string; chosen: number; others: number }[]
}

/** Values with more different numbers than these are compared by stretches of them. */
const MAX_SINGLE = 20
const STRETCHES = 4
const SHOWN = 5

/**
 * Which values of one attribute are more frequent on one side. A value that came once in all is an
 * id, and says nothing alone: only that the attribute is there.
 */
export function compareValues(
  values: ReadonlyMap<string, CountedValue>,
  totals: Record<Side, number>,
): Shares {
  const named = stretchesOf(values) ?? values
  const share = (counted: CountedValue, side: Side): number => counted[side] / totals[side]
  const present: CountedValue = { chosen: 0, others: 0 }
  for (const each of values.values()) {
    present.chosen += each.chosen
    present.others += each.others
  }
  const compared = [...named]
    .filter(([value, each]) => value !== '' && each.chosen + each.others > 1)
    .map(([value, each]) => ({
      value,
      chosen: share(each, 'chosen'),
      others: share(each, 'others'),
    }))
    .sort((a, b) => Math.abs(b.chosen - b.others) - Math.abs(a.chosen - a.others))
  const shares = { chosen: share(present, 'chosen'), others: share(present, 'others') }
  const [first] = compared
  const score = Math.max(
    Math.abs(shares.chosen - shares.others),
    first ? Math.abs(first.chosen - first.others) : 0,
  )
  return { score, present: shares, values: compared.slice(0, SHOWN) }
}

/** Many numbers as four stretches of about as many values each; undefined for anything else. */
function stretchesOf(
  values: ReadonlyMap<string, CountedValue>,
): Map<string, CountedValue> | undefined {
  if (values.size <= MAX_SINGLE) return undefined
  const numbers: [number: number, counted: CountedValue][] = []
  for (const [text, counted] of values) {
    const number = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(number)) return undefined
    numbers.push([number, counted])
  }
  numbers.sort(([a], [b]) => a - b)
  const total = numbers.reduce((sum, [, { chosen, others }]) => sum + chosen + others, 0)
  const stretches = new Map<string, CountedValue>()
  let sum: CountedValue = { chosen: 0, others: 0 }
  let seen = 0
  let from: number | undefined
  for (const [number, { chosen, others }] of numbers) {
    from ??= number
    sum = { chosen: sum.chosen + chosen, others: sum.others + others }
    seen += chosen + others
    if (seen < ((stretches.size + 1) * total) / STRETCHES) continue
    stretches.set(from === number ? String(number) : `${from} – ${number}`, sum)
    sum = { chosen: 0, others: 0 }
    from = undefined
  }
  return stretches
}
