/** Whether `await` would wait for it: promises, and what behaves as one. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'

/**
 * Whether it is workerd's promise of an RPC call: a function, of which methods can be called before it settles.
 */
export const isRpcPromise = (value: unknown): value is PromiseLike<unknown> & object =>
  typeof value === 'function' && Object.prototype.toString.call(value) === '[object JsRpcPromise]'
