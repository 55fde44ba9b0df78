import type { BoardOutput } from './trace-board.ts'

const DEFAULT_WIDTH = 100
const MAX_WIDTH = 160

/** The width and colours of what reads our output: colours only for a person without `NO_COLOR`. */
export function terminal(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): BoardOutput {
  return {
    write: (text) => stream.write(text),
    width: () => Math.min(stream.columns || Number(env.COLUMNS) || DEFAULT_WIDTH, MAX_WIDTH),
    colour: stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
  }
}
