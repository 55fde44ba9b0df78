let last: Promise<unknown> | undefined

/** One after another, in the order in which they came, however the one before has ended. */
export const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const turn = last ? last.then(work, work) : work()
  // Forgotten when it is over: what comes later may be of another request, which must not touch this one's promise.
  const done = turn.then(
    () => {},
    () => {},
  )
  last = done
  void done.then(() => {
    if (last === done) {
      last = undefined
    }
  })
  return turn
}
