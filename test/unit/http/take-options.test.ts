import { expect, it } from 'vitest'
import { instrument } from '../../../src/app/instrument.ts'
import { observability } from '../../../src/app/middleware.ts'

it('options that are falsy are refused like others, and none are taken', () => {
  for (const options of [null, false, 0, ''] as never[]) {
    const message = /^Cannot configure observability: `options` must be an object, received /
    expect(() => observability(options)).toThrow(message)
    expect(() => instrument({ fetch: () => new Response() }, options)).toThrow(message)
  }
  observability()
  instrument({ fetch: () => new Response() })
})
