import { measureBinding } from './metrics.ts'
import { operations } from './operations.ts'
import type { BindingContext } from './types.ts'
import { type Method, wrapObject } from './wrap-object.ts'

/** Email that is sent: no addresses, no content. A Pipeline has the same method, for a list of records. */
export const wrapEmail = (sender: object, context: BindingContext): object => {
  const send = (type: string): Method =>
    operations(context, { type, attributesOf: () => ({}), measure: measureBinding })('send')
  const email = send('Email')
  const pipeline = send('Pipeline')
  return wrapObject(sender, {
    send: (call, args, raw) => (Array.isArray(args[0]) ? pipeline : email)(call, args, raw),
  })
}
