/** Names of levels and their lowest severity numbers. */
export const LEVELS: readonly [level: string, lowest: number][] = [
  ['trace', 1],
  ['debug', 5],
  ['info', 9],
  ['warn', 13],
  ['error', 17],
  ['fatal', 21],
]

/** The name of a severity number's level; `unset` for 0. */
export function levelOf(severity: number): string {
  return LEVELS.findLast(([, lowest]) => severity >= lowest)?.[0] ?? 'unset'
}
