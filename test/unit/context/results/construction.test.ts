import { counter, gauge, histogram, upDownCounter, withSpan } from 'hono-observability'
import { expect, it } from 'vitest'

it.each(Object.entries({ counter, gauge, histogram, upDownCounter }))(
  '%s says what it wants of code without types',
  (kind, define) => {
    const make = define as (...args: unknown[]) => unknown
    const good = { unit: '{order}', description: 'Orders.' }
    expect(() => make('x')).toThrow(
      `Cannot define a ${kind} x: \`definition\` must be an object such as { unit: '{order}', description: '…' }, received undefined`,
    )
    expect(() => make(undefined, good)).toThrow('`name` must be a text, received undefined')
    expect(() => make('x', { description: '' })).toThrow(
      '`unit` must be a text, received undefined',
    )
    expect(() => make('x', { unit: 's' })).toThrow(
      '`description` must be a text, received undefined',
    )
    expect(() => make('x', { ...good, meter: 1 })).toThrow(
      '`meter` must be a text, received number',
    )
    expect(() => make('x', good)).not.toThrow()
  },
)

it('a span or a measurement of what is no function says so', () => {
  expect(() => (withSpan as (name: string) => unknown)('x')).toThrow(
    'Cannot run a span: `fn` must be a function, received undefined',
  )
  const sizes = histogram('x.duration', { unit: 's', description: 'X.' })
  expect(() => (sizes.time as (fn: unknown) => unknown).call(sizes, 1)).toThrow(
    'Cannot time x.duration: `fn` must be a function, received number',
  )
})
