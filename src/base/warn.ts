import { say } from './own-lines.ts'

/** Distinct messages that are remembered: beyond it, all is silence rather than a flood. */
const MAX_REMEMBERED = 100

const said = /* @__PURE__ */ new Set<string>()

/**
 * Says something about this package itself to whoever runs the app, once per isolate for each `key`.
 * Not through `diag`, which is silent unless set up: a drop that nobody hears of is what promise 3 forbids.
 */
export const warnOnce = (message: string, key: string = message): void => {
  if (!said.has(key) && said.size < MAX_REMEMBERED) {
    said.add(key)
    say('warn', `hono-observability: ${message}`)
  }
}
