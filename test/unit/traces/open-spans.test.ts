import fc from 'fast-check'
import { expect, it } from 'vitest'
import { OpenSpans } from '../../../src/traces/open-spans.ts'

it('are what a set would hold', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 4 })), { maxLength: 30 })
  fc.assert(
    fc.property(steps, (list) => {
      const spans = Array.from({ length: 5 }, (_, name) => ({ name }))
      const real = new Set<object>()
      const ours = new OpenSpans<object>()
      for (const [isEnd, index] of list) {
        const span = spans[index] as object
        // A span begins once.
        if (isEnd || !real.has(span)) {
          real[isEnd ? 'delete' : 'add'](span)
          ours[isEnd ? 'delete' : 'add'](span)
        }
        expect(ours.size).toBe(real.size)
        expect(spans.map((one) => ours.has(one))).toEqual(spans.map((one) => real.has(one)))
        expect(new Set(ours.all())).toEqual(real)
      }
    }),
  )
})
