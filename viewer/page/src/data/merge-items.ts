import type { Page } from '../api-types.ts'

/** A list as it is shown, and what would come after it. */
export interface ListState<T> extends Page<T> {
  /** The address that it was asked by. */
  url: string
}

/** How items of a list are told apart and ordered. */
export interface ItemKind<T> {
  keyOf: (item: T) => string
  /** Where items have an order of their own. */
  compare?: (a: T, b: T) => number
  /** Where the next page begins after an item, if that can be told. */
  cursorOf?: (item: T) => string
}

/** Items that a list holds: beyond it, the oldest go, and can be asked for again. */
export const MAX_ITEMS = 2000

/** The first page anew, in front of what was listed; the page alone, when there is more between. */
export function mergePage<T>(
  list: ListState<T> | undefined,
  page: Page<T>,
  url: string,
  kind: ItemKind<T>,
): ListState<T> {
  if (!list || list.url !== url) return { ...page, url }
  const { keyOf, compare } = kind
  const inPage = new Set(page.items.map(keyOf))
  const firstKnown = list.items.findIndex((item) => inPage.has(keyOf(item)))
  if (firstKnown < 0) return { ...page, url }
  const isOther = (item: T): boolean => !inPage.has(keyOf(item))
  const newer = list.items.slice(0, firstKnown)
  const older = list.items.slice(firstKnown).filter(isOther)
  const items = [...newer, ...page.items, ...older]
  if (compare) items.sort(compare)
  const isLonger = list.items.length > page.items.length
  return shortened({ ...(isLonger ? list : page), items, url }, kind)
}

/** What arrived, the newest first, in front of what was listed. What was there is replaced where it is. */
export function mergeArrived<T>(
  list: ListState<T>,
  arrived: ReadonlyMap<string, T>,
  kind: ItemKind<T>,
): ListState<T> {
  const { keyOf, compare } = kind
  const isKnown = new Set<string>()
  const before = list.items.map((item) => {
    const key = keyOf(item)
    const newer = arrived.get(key)
    if (newer) isKnown.add(key)
    return newer ?? item
  })
  const added = [...arrived].filter(([key]) => !isKnown.has(key)).map(([, item]) => item)
  const items = [...added.reverse(), ...before]
  if (compare) items.sort(compare)
  return shortened({ ...list, items }, kind)
}

function shortened<T>(list: ListState<T>, { cursorOf }: ItemKind<T>): ListState<T> {
  const last = list.items[MAX_ITEMS - 1]
  if (list.items.length <= MAX_ITEMS || !last) return list
  const items = list.items.slice(0, MAX_ITEMS)
  return { ...list, items, nextCursor: cursorOf ? cursorOf(last) : list.nextCursor }
}
