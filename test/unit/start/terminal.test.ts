import { describe, expect, it } from 'vitest'
import { terminal } from '../../../scripts/start/terminal.ts'

const stream = (isTTY: boolean, columns?: number) =>
  ({ isTTY, columns, write: () => true }) as unknown as NodeJS.WriteStream

describe('terminal', () => {
  it('is coloured for a person only', () => {
    expect(terminal(stream(true), {}).colour).toBe(true)
    expect(terminal(stream(false), {}).colour).toBe(false)
  })

  it('respects NO_COLOR, which counts only when it is not empty', () => {
    expect(terminal(stream(true), { NO_COLOR: '1' }).colour).toBe(false)
    expect(terminal(stream(true), { NO_COLOR: '' }).colour).toBe(true)
  })

  it('takes its width from the window, then from COLUMNS, up to 160', () => {
    expect(terminal(stream(true, 80), { COLUMNS: '90' }).width()).toBe(80)
    expect(terminal(stream(false), { COLUMNS: '90' }).width()).toBe(90)
    expect(terminal(stream(false), {}).width()).toBe(100)
    expect(terminal(stream(true, 400), {}).width()).toBe(160)
  })
})
