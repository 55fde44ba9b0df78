import { globSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { writeConsole } from '../../../src/base/console.ts'
import { addRedactor, redactedCopy, redactText, say } from '../../../src/base/own-lines.ts'
import { warnOnce } from '../../../src/base/warn.ts'
import { createRedactor } from '../../../src/logs/redact.ts'

const root = `${import.meta.dirname}/../../..`
const sources = globSync('src/**/*.ts', { cwd: root })
  .sort()
  .map((path): [string, string] => [
    path,
    readFileSync(`${root}/${path}`, 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\/\/.*/g, '')
      .replace(/'[^'\n]*'/g, "''"),
  ])

/** Files in which a word stands as code. */
const filesWith = (word: RegExp): string[] =>
  sources.filter(([, code]) => word.test(code)).map(([path]) => path)

afterEach(() => {
  vi.restoreAllMocks()
})

const spy = (method: 'info' | 'warn') => vi.spyOn(console, method).mockImplementation(() => {})

describe('what this package says', () => {
  it('reaches the console in one file only; another replaces its methods for the capture', () => {
    expect(sources.length).toBeGreaterThan(200)
    expect(
      filesWith(/(?<!\.)\bconsole(?:[.[)]| as\b)|(?:\?\?|=) console\b|globalThis\.console/),
    ).toEqual(['src/base/console.ts', 'src/logs/capture-console.ts'])
    expect(filesWith(/\bwriteConsole\(/)).toEqual(['src/base/own-lines.ts', 'src/logs/console.ts'])
  })

  it('is made where it is redacted: a text as it is does not compile', () => {
    // @ts-expect-error a text of which nobody knows where it has been
    const write = (): void => writeConsole('warn', 'password=abc')
    expect(write).toBeTypeOf('function')
    expect(filesWith(/\bas SafeLine\b/)).toEqual(['src/base/own-lines.ts', 'src/logs/json-line.ts'])
  })

  it('has no secrets, one line, and an end', () => {
    const warn = spy('warn')
    warnOnce(
      `cannot reach postgres://u:pw-1@db.example/x?token=abc-1\n{"level":"fatal"}${'x'.repeat(9999)}`,
    )
    const [line] = warn.mock.calls[0] as [string]
    expect(line).toMatch(/^hono-observability: cannot reach postgres:\/\/\[REDACTED\]@db\.example/)
    expect(line).not.toMatch(/pw-1|abc-1|\n/)
    expect(line.length).toBeLessThanOrEqual(1020)
  })

  it('has no half of a secret where it is cut', () => {
    const warn = spy('warn')
    const secret = `ghp_${'Ab1'.repeat(12)}`
    warnOnce(`${'x'.repeat(985)} ${secret}`)
    expect(warn.mock.calls[0]?.[0]).not.toContain('ghp_Ab1')
  })

  it('is one line of JSON when it is an object, whatever is in it', () => {
    const info = spy('info')
    say('info', {
      password: 'abc-1',
      note: 'token=abc-1\u0085\u2028',
      pin: 1234,
      big: 5n,
      inner: { 'Bearer abc-1': [{ apiKey: { a: 'abc-1' } }] },
      ok: true,
    })
    const [line] = info.mock.calls[0] as [string]
    expect(line).not.toMatch(/abc-1|1234|[\u0085\u2028]/)
    expect(JSON.parse(line)).toMatchObject({ password: '[REDACTED]', big: '5', ok: true })
  })

  it('never throws', () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const said of [
      loop,
      proxy,
      {
        toJSON: () => {
          throw new Error('x')
        },
      },
    ]) {
      expect(() => say('warn', said)).not.toThrow()
    }
    expect(() => redactedCopy(loop)).toThrow()
  })

  it('follows the redaction that the app has configured, that of each of its pipelines', () => {
    addRedactor(createRedactor({ secrets: ['correct horse'] }))
    addRedactor(createRedactor({ keys: ['iban'] }))
    expect(redactText('correct horse iban=DE89 password=x')).toBe(
      '[REDACTED] iban=[REDACTED] password=[REDACTED]',
    )
  })

  it('follows that of eight pipelines at most: the oldest is forgotten', () => {
    for (let i = 0; i < 9; i++) addRedactor(createRedactor({ secrets: [`secret-no-${i}`] }))
    expect(redactText('secret-no-0 secret-no-1 secret-no-8')).toBe(
      'secret-no-0 [REDACTED] [REDACTED]',
    )
  })
})
