export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms))
  })

interface Unrefable {
  unref?: () => void
}

/** Lets the process end while the timer waits, where a runtime has processes. */
export const unrefTimer = (timer: unknown): void => {
  if (typeof timer === 'number') {
    ;(globalThis as { Deno?: { unrefTimer?: (id: number) => void } }).Deno?.unrefTimer?.(timer)
  } else {
    ;(timer as Unrefable).unref?.()
  }
}
