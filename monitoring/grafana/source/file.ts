import { build } from './build.ts'
import type { Board } from './panel.ts'

const MAX_COLUMNS = 100
const LIST_OF_PLAIN_VALUES = /^(.*)\[\n((?: *(?:"(?:[^"\\]|\\.)*"|[-\w.]+),?\n)+) *\](,?)$/gm

/** The content of a dashboard's file, laid out as the repository's formatter has it. */
export const fileOf = (board: Board): string => {
  const json = JSON.stringify(build(board), null, 2)
  const oneLine = (lines: string, start: string, values: string, end: string): string => {
    const line = `${start}[${values.trim().replace(/,\n */g, ', ')}]${end}`
    return line.length <= MAX_COLUMNS ? line : lines
  }
  return `${json.replace(LIST_OF_PLAIN_VALUES, oneLine)}\n`
}
