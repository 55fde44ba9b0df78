import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { environmentReader } from '../../../src/runtimes/environment.ts'
import { runtimeName } from '../../../src/runtimes/runtime-name.ts'

const processDescriptor = Object.getOwnPropertyDescriptor(globalThis, 'process')
let asked = 0

beforeEach(() => {
  asked = 0
  const { process } = globalThis
  Object.defineProperty(globalThis, 'process', {
    configurable: true,
    get() {
      asked++
      return process
    },
  })
  process.env.ENVIRONMENT_TEST = 'of the process'
})

afterEach(() => {
  Object.defineProperty(globalThis, 'process', processDescriptor as PropertyDescriptor)
  vi.unstubAllGlobals()
  delete process.env.ENVIRONMENT_TEST
})

it('reads bindings first, then the process', () => {
  expect(environmentReader({ ENVIRONMENT_TEST: 'bound' })('ENVIRONMENT_TEST')).toBe('bound')
  expect(environmentReader({ ENVIRONMENT_TEST: {} })('ENVIRONMENT_TEST')).toBe('of the process')
  expect(environmentReader(undefined)('ENVIRONMENT_TEST')).toBe('of the process')
  expect(asked).toBeGreaterThan(0)
})

it('reads numbers and booleans as text, as variables of a Worker may be', () => {
  const read = environmentReader({ NUMBER: 1000, FLAG: false, BINDING: { get() {} }, NONE: null })
  expect(['NUMBER', 'FLAG', 'BINDING', 'NONE'].map(read)).toEqual([
    '1000',
    'false',
    undefined,
    undefined,
  ])
})

it('asks the process on Workers too where no bindings were handed over', () => {
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  expect(environmentReader({})('ENVIRONMENT_TEST')).toBe('of the process')
})

it('does not touch `process` on Workers, where that loads a module', () => {
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  asked = 0
  const read = environmentReader({ BOUND: 'yes' })
  expect(read('BOUND')).toBe('yes')
  expect(read('ENVIRONMENT_TEST')).toBeUndefined()
  expect(runtimeName()).toBe('workers')
  expect(asked).toBe(0)
})
