/** Distinct messages that are remembered: beyond it, all is silence rather than a flood. */
const MAX_REMEMBERED = 100

/** Characters of one message: some quote what others said. */
const MAX_LENGTH = 1000

// biome-ignore lint/suspicious/noControlCharactersInRegex: a line end in a quoted message would begin a line of its own
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

const said = /* @__PURE__ */ new Set<string>()

/**
 * Says something about this package itself to whoever runs the app, once per isolate for each `key`.
 * Not through `diag`, which is silent unless set up: a drop that nobody hears of is what promise 3 forbids.
 */
export const warnOnce = (message: string, key: string = message): void => {
  if (!said.has(key) && said.size < MAX_REMEMBERED) {
    said.add(key)
    console.warn(`hono-observability: ${message.slice(0, MAX_LENGTH).replace(CONTROL, ' ')}`)
  }
}
