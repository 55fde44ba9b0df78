import { expect, it } from 'vitest'
import { prefersText } from '../../../src/health/accept.ts'

it.each([
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
  ['application/json, text/plain, */*', false],
  ['application/health+json', false],
  ['text/html', false],
  ['text/plain', true],
  ['TEXT/PLAIN; charset=utf-8', true],
  ['text/*', true],
  ['text/plain, */*', true],
  ['text/plain;q=0.9, application/json;q=0.5', true],
  ['text/plain;q=0.5, application/health+json', false],
  ['application/*;q=0.2,text/plain;q=0.3', true],
  ['text/plain;q=0', false],
  ['text/plain;q=nonsense', true],
])('answers Accept: %s with plain text: %s', (accept, expected) => {
  expect(prefersText(accept)).toBe(expected)
})
