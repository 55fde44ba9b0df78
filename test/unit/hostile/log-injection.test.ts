import { Hono } from 'hono'
import { log, observability } from 'hono-observability'
import { afterEach, expect, it, vi } from 'vitest'
import { warnOnce } from '../../../src/base/warn.ts'
import { prettyLine } from '../../../src/logs/pretty-line.ts'
import { catchTelemetry } from './support.ts'

const FORGED = '2026-01-01 ERROR forged'
const ATTACKS = [
  ...['\n', '\r\n', '\r', '\u0085', '\u2028', '\u2029', '\v', '\f'].map(
    (end) => `x${end}${FORGED}`,
  ),
  ...['\u001b[2J', '\u001b]0;title\u0007', '\u009b2J', '\u0008\u0008', '\u007f', '\0', '\u202e'],
  '"},"level":"fatal"',
]

// Line ends for some reader, and what terminals act on.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

afterEach(() => {
  vi.restoreAllMocks()
})

const linesOf = async (text: string): Promise<string[]> => {
  const lines: string[] = []
  for (const method of ['info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)))
  }
  const caught = catchTelemetry()
  const app = new Hono()
  app.use(observability(caught.options({ logs: {} })))
  app.get('/*', () => {
    log.named(text).info(text, { [text]: text, nested: { [text]: [text] } })
    log.set({ [text]: text })
    throw Object.assign(new Error(text, { cause: text }), { name: text, code: text })
  })
  app.onError((_error, c) => c.text('failed', 500))
  const path = encodeURI(text.toWellFormed())
  await caught.send(
    app,
    new Request(`http://shop.test/${path}`, { headers: { 'user-agent': 'x' } }),
  )
  expect(lines.length).toBeGreaterThanOrEqual(2)
  return lines
}

it.each(ATTACKS)('%j stays inside its line of JSON', async (text) => {
  for (const line of await linesOf(text)) {
    expect(line).not.toMatch(UNSAFE)
    const { level, message } = JSON.parse(line)
    expect(level).not.toBe('fatal')
    expect(typeof message).toBe('string')
  }
})

it.each(ATTACKS)('%j cannot pass for a pretty line of its own', async (text) => {
  for (const line of await linesOf(text)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are ours
    const shown = prettyLine(line).replace(/\u001b\[\d+m/g, '')
    const [, ...rest] = shown.split('\n')
    expect(shown.replaceAll('\n', '')).not.toMatch(UNSAFE)
    // What goes on is a stack, and it is indented.
    expect(rest.every((continued) => continued.startsWith('    '))).toBe(true)
  }
})

it.each(ATTACKS)('%j stays inside a warning of ours', (text) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  warnOnce(`the receiver of traces says: ${text}`, `hostile ${text}`)
  expect(warn).toHaveBeenCalledOnce()
  expect(String(warn.mock.calls[0])).not.toMatch(UNSAFE)
})

it('a warning of ours is short, whatever went wrong', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  warnOnce(`x threw: ${'long '.repeat(100_000)}`, 'hostile length')
  expect(String(warn.mock.calls[0]).length).toBeLessThan(1100)
})
