/** What a process must do before it ends, known to whoever ends it. */
let finish: (() => Promise<void>) | undefined
let isClaimed = false

/** Who is about to end the process says so, since a signal's listener may be gone when the next one looks. */
export const claimExit = (): void => {
  isClaimed = true
}

/** Whether somebody else is about to end the process. */
export const isExitClaimed = (): boolean => {
  return isClaimed
}

/** Has `work` done before the process ends. It must not reject. */
export const finishBeforeExit = (work: () => Promise<void>): void => {
  finish = work
}

/** Ends the process, after what must be done before. */
export const exitWith = (exit: () => void): void => {
  if (finish) {
    void finish().then(exit)
  } else {
    exit()
  }
}
