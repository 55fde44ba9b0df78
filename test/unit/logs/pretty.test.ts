import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const LINE = JSON.stringify({
  timestamp: '2026-11-21T08:30:15.042Z',
  level: 'info',
  message: 'order read',
  items: 3,
})

beforeEach(() => {
  vi.resetModules()
})

afterEach(() => {
  vi.unstubAllEnvs()
  Object.defineProperty(process.stdout, 'isTTY', { value: false, configurable: true })
})

const formatOn = async (isTTY: boolean, format?: 'json' | 'pretty' | 'Pretty'): Promise<string> => {
  Object.defineProperty(process.stdout, 'isTTY', { value: isTTY, configurable: true })
  const { pretty } = await import('../../../src/logs/pretty-line.ts')
  return pretty(LINE, format)
}

it('pretty lines are coloured on a terminal', async () => {
  vi.stubEnv('NO_COLOR', '')
  const line = await formatOn(true)
  expect(line).toContain('\u001b[')
  expect(line).toContain('order read')
  expect(line).not.toContain('{')
})

it('elsewhere, and with NO_COLOR, they stay JSON', async () => {
  expect(await formatOn(false)).toBe(LINE)
  vi.resetModules()
  vi.stubEnv('NO_COLOR', '1')
  expect(await formatOn(true)).toBe(LINE)
})

it('LOG_FORMAT makes them pretty wherever they go, and JSON on a terminal', async () => {
  vi.stubEnv('NO_COLOR', '')
  expect(await formatOn(false, 'pretty')).toContain('\u001b[1morder read')
  expect(await formatOn(false, 'Pretty')).toContain('\u001b[1morder read')
  vi.resetModules()
  expect(await formatOn(true, 'json')).toBe(LINE)
  vi.resetModules()
  vi.stubEnv('NO_COLOR', '1')
  expect(await formatOn(true, 'pretty')).toBe('08:30:15.042 INFO  order read items=3')
})
