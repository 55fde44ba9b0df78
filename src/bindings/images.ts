import { measureBinding } from './metrics.ts'
import { operations } from './operations.ts'
import { rawOf } from './raw.ts'
import type { BindingContext } from './types.ts'
import { type Method, wrapObject } from './wrap-object.ts'

/** Images: `info`, and `output`, which is where a chain of transformations is carried out. */
export const wrapImages = (images: object, context: BindingContext): object => {
  const method = operations(context, {
    type: 'Images',
    attributesOf: (_operation, [options]) => ({
      'cloudflare.images.output.format': (options as { format?: string } | undefined)?.format,
    }),
    measure: measureBinding,
  })
  const output = method('output')

  const wrapTransformer = (raw: object): object => {
    // The platform returns the same object, for more calls: so do we.
    const chain: Method = (call, args) => {
      const result = call(...args.map(rawOf))
      return result === raw ? transformer : result
    }
    const transformer = wrapObject(raw, { transform: chain, draw: chain, output })
    return transformer
  }

  const begin: Method = (call, args) => wrapTransformer(call(...args) as object)
  return wrapObject(images, { info: method('info'), input: begin, text: begin })
}
