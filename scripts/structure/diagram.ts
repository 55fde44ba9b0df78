import type { Room } from './floors.ts'

const BEGIN = '<!-- floors -->'
const END = '<!-- end of floors -->'

/** The floors as a table, the top one first, as one reads a house. */
const tableOf = (floors: readonly (readonly Room[])[]): string =>
  [
    '| floor | room | holds |',
    '|---:|---|---|',
    ...floors
      .flatMap((rooms, index) =>
        rooms.map(({ name, holds }, at) => `| ${at ? '' : index + 1} | \`${name}\` | ${holds} |`),
      )
      .reverse(),
  ].join('\n')

/** The page with its diagram drawn anew between the two marks. */
export const withDiagram = (page: string, floors: readonly (readonly Room[])[]): string => {
  const [before, rest = ''] = page.split(BEGIN)
  const [, after] = rest.split(END)
  if (after === undefined) {
    throw new Error(`The page must have ${BEGIN} and ${END}`)
  }
  return `${before}${BEGIN}\n\n${tableOf(floors)}\n\n${END}${after}`
}
