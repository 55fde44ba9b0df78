import { expect, it, vi } from 'vitest'
import { rememberRaw, sendable } from '../../../src/bindings/raw.ts'

const raw = { raw: true }
const wrapper = { wrapper: true }
rememberRaw(wrapper, raw)

it('a wrapper is replaced wherever plain data hold it, in a copy', () => {
  const given = { list: [1, wrapper], deep: { er: { wrapper } }, other: new Map([[1, wrapper]]) }
  const sent = sendable(given) as typeof given
  expect(sent.list[1]).toBe(raw)
  expect(sent.deep.er.wrapper).toBe(raw)
  expect(sent.other).toBe(given.other)
  expect(given.list[1]).toBe(wrapper)
  expect(Array.isArray(sent.list)).toBe(true)
})

it('what holds none is the same object', () => {
  class Own {
    readonly wrapper = wrapper
  }
  for (const value of [{ a: [1, { b: 2 }] }, [], 'text', null, undefined, new Date(), new Own()]) {
    expect(sendable(value)).toBe(value)
  }
})

it('it is not looked for without end', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  expect(sendable(cyclic)).toBe(cyclic)
  const long = [...Array(100).fill(0), wrapper]
  expect(sendable(long)).toBe(long)
  const wide = { ...long }
  expect(sendable(wide)).toBe(wide)
  const ownKeys = vi.fn(() => [])
  sendable(new Proxy(long, { ownKeys }))
  expect(ownKeys).not.toHaveBeenCalled()
})
