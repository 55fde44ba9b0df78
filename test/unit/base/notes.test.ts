import { expect, it } from 'vitest'
import { createNotes } from '../../../src/base/notes.ts'

it.each([
  ['a plain object', {}],
  ['a function', () => {}],
  ['a frozen object', Object.freeze({})],
  [
    'a proxy that forbids everything',
    new Proxy(Object.freeze({}), {
      get() {
        throw new Error('read')
      },
      has() {
        throw new Error('asked')
      },
      defineProperty() {
        throw new Error('changed')
      },
    }),
  ],
  ['a stream', new ReadableStream()],
])('%s is noted, again as well, and shows nothing of it', (_, object) => {
  const [notes, others] = [createNotes<string>(), createNotes<string>()]
  expect(notes.get(object)).toBeUndefined()
  notes.set(object, 'first')
  notes.set(object, 'second')
  others.set(object, 'of somebody else')
  expect([notes.get(object), others.get(object)]).toEqual(['second', 'of somebody else'])
  expect(Reflect.ownKeys(object).filter((key) => /note/.test(String(key)))).toEqual([])
})

it('a proxy of what is noted is not it', () => {
  const notes = createNotes<number>()
  const object = {}
  notes.set(object, 1)
  expect(notes.get(new Proxy(object, {}))).toBeUndefined()
})

it.each([[undefined], [null], ['text'], [1], [Symbol.iterator]])('%s has no note', (value) => {
  expect(createNotes().get(value)).toBeUndefined()
})
