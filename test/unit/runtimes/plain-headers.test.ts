import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlainHeaders } from '../../../src/runtimes/plain-headers.ts'

const names = fc.constantFrom('a', 'A', 'X-Request-ID', 'x-request-id', 'Server-Timing', 'b-c')
const values = fc.oneof(
  fc.constantFrom('', ' x ', 'a\nb', 'a\tb', 'é', '€', '\u0000', 'x'.repeat(300)),
  fc.string({ maxLength: 12 }),
)
type Edit = ['set' | 'append' | 'delete', string, string]
const edits = fc.array(
  fc.tuple(fc.constantFrom('set', 'append', 'delete'), names, values) as fc.Arbitrary<Edit>,
  { maxLength: 6 },
)
const plains = fc.uniqueArray(fc.tuple(names, fc.constantFrom('1', 'two words', 'v')), {
  selector: ([name]) => name.toLowerCase(),
})

const attempt = (headers: Pick<Headers, 'set' | 'append' | 'delete'>, edit: Edit): string => {
  try {
    const [method, name, value] = edit
    headers[method](name, value)
    return 'done'
  } catch (error) {
    return (error as Error).name
  }
}

describe('headers as an object', () => {
  it('are changed as Headers would be, and refuse what they refuse', () => {
    fc.assert(
      fc.property(plains, edits, (entries, list) => {
        const plain = Object.fromEntries(entries)
        const real = new Headers(plain)
        const ours = new PlainHeaders(plain)
        for (const edit of list) {
          expect(attempt(ours, edit)).toBe(attempt(real, edit))
          expect(ours.get(edit[1])).toBe(real.get(edit[1]))
        }
        const made = Object.entries(ours.toObject()).map(([name, value]) => [
          name.toLowerCase(),
          value,
        ])
        expect(made.toSorted()).toEqual([...real].toSorted())
      }),
      { seed: 1, numRuns: 2000 },
    )
  })

  it('stay as the app gave them where nothing is changed: lists, and a name in two spellings', () => {
    const plain = { 'X-A': '1', 'x-a': '2', 'Set-Cookie': ['a', 'b'] as never }
    const headers = new PlainHeaders(plain)
    headers.set('x-request-id', 'r')
    expect(headers.toObject()).toEqual({ ...plain, 'x-request-id': 'r' })
    expect([headers.get('X-a'), headers.has('x-b')]).toEqual(['1, 2', false])
  })

  it('keep spelling and order of what stays, with what is new behind it by name', () => {
    const headers = new PlainHeaders({ 'X-B': '1', 'Content-Type': 'text/plain', 'X-A': '2' })
    headers.set('X-Request-ID', 'r')
    headers.append('Server-Timing', 't')
    headers.set('x-b', '3')
    expect(Object.entries(headers.toObject())).toEqual([
      ['Content-Type', 'text/plain'],
      ['X-A', '2'],
      ['server-timing', 't'],
      ['x-b', '3'],
      ['x-request-id', 'r'],
    ])
  })
})
