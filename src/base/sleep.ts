export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms))
  })

/** What a promise becomes in time, or else what `late` returns or throws: nothing of it can be called off. */
export const inTime = async <T>(promise: Promise<T>, ms: number, late: () => T): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    return await Promise.race([promise, end.then(late)])
  } finally {
    clearTimeout(timer)
  }
}

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
