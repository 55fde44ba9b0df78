/** Whether `await` would wait for it: promises, and what behaves as one. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'

/**
 * What a function of the app's has answered, which is asked for an answer at once.
 *
 * @throws TypeError when it is a promise. Nobody waits for it: unheard, its rejection would end a process.
 */
export const atOnce = <T>(answer: T): T => {
  if (isThenable(answer)) {
    Promise.resolve(answer).catch(() => {})
    throw new TypeError('it returned a promise, not an answer')
  }
  return answer
}

/**
 * Whether it is workerd's promise of an RPC call: a function, of which methods can be called before it settles.
 */
export const isRpcPromise = (value: unknown): value is PromiseLike<unknown> & object =>
  typeof value === 'function' && Object.prototype.toString.call(value) === '[object JsRpcPromise]'
