import { log } from 'hono-observability'
import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => {
  vi.restoreAllMocks()
})

it('what is logged before the first request is a redacted line, without ids', () => {
  const lines: string[] = []
  vi.spyOn(console, 'info').mockImplementation((line) => void lines.push(String(line)))
  log.info('starting', { password: 'hunter2', region: 'eu' })
  log.debug('not at this level')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { message: 'starting', logger: 'app', password: '[REDACTED]', region: 'eu' },
  ])
  expect(lines[0]).not.toContain('trace_id')
})
