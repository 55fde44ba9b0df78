import { readProperty } from '../base/thrown.ts'

/** @throws TypeError which says what is wanted: code in plain JavaScript has no compiler to tell it. */
export const checkDefinition = (kind: string, name: unknown, definition: unknown): void => {
  const refuse = (option: string, expected: string, received: unknown): never => {
    throw new TypeError(
      `Cannot define a ${kind}${typeof name === 'string' ? ` ${name}` : ''}: \`${option}\` must be ${expected}, received ${describe(received)}`,
    )
  }
  if (typeof name !== 'string' || !name) {
    refuse('name', 'a text', name)
  }
  if (typeof definition !== 'object' || definition === null) {
    refuse('definition', "an object such as { unit: '{order}', description: '…' }", definition)
  }
  for (const option of ['unit', 'description']) {
    const value = readProperty(definition, option)
    if (typeof value !== 'string') {
      refuse(option, 'a text', value)
    }
  }
  const meter = readProperty(definition, 'meter')
  if (meter !== undefined && typeof meter !== 'string') {
    refuse('meter', 'a text', meter)
  }
  const boundaries = readProperty(definition, 'boundaries')
  if (boundaries !== undefined && !isIterable(boundaries)) {
    refuse('boundaries', 'an array of numbers', boundaries)
  }
}

const describe = (value: unknown): string =>
  value === null || value === '' ? JSON.stringify(value) : typeof value

const isIterable = (value: unknown): boolean =>
  typeof readProperty(value, Symbol.iterator as never) === 'function' && typeof value === 'object'
