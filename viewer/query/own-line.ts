/** Of the runtime and of libraries; `(<anonymous>)` is no place, `<anonymous> (/app/a.ts:1:1)` is one. */
const NOT_OWN =
  /node_modules|[(\s](?:node|native|ext|bun|internal):|\(native\)|<anonymous>\)?$|\(index \d+\)/

const MAX_LENGTH = 297

/**
 * The first line of a stack that is the app's own, as far as its path tells: what is bundled into the
 * app's file looks like the app. Where all lines are of others, the first one; null without any.
 */
export function ownLine(stack: string): string | null {
  const lines = stack.split('\n').map((line) => line.trim())
  const frames = lines.filter((line) => line.startsWith('at '))
  const own = frames.find((line) => !NOT_OWN.test(line)) ?? frames[0]
  return own?.slice(3, 3 + MAX_LENGTH) ?? null
}
