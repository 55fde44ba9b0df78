import { describe, expect, it } from 'vitest'
import { createRedactor, EMAIL } from '../../../src/logs/redact.ts'
import { fieldsOf, outputsOf, recordOf } from './outputs.ts'
import { redactCases } from './redact-cases.ts'

describe('what must not be logged', () => {
  it.each(redactCases)(
    'hides $title',
    ({ secrets, fields = {}, message, redact = {}, kept = [], isCutOff }) => {
      const { line, otlp } = outputsOf({ redact })(recordOf(fields, message))
      for (const secret of secrets) {
        expect(line).not.toContain(secret)
        expect(otlp).not.toContain(secret)
      }
      for (const text of isCutOff ? kept : ['[REDACTED]', ...kept]) {
        expect(line).toContain(text)
        expect(otlp).toContain(text)
      }
      JSON.parse(line)
    },
  )

  it('has at least sixty cases', () => {
    expect(redactCases.length).toBeGreaterThanOrEqual(60)
  })
})

describe('what stays', () => {
  const innocent = {
    token_count: 5,
    max_tokens: 4096,
    tokensUsed: 12,
    session_id: 'sess-1',
    discard: 'yes',
    scorecard: 'B',
    shipping: 'express',
    spin: 'left',
    author: 'ann',
    'http.route': '/cards/:id',
    passenger: 'bob',
    key: 'k-1',
    code: 'ENOENT',
    cardinality: 9,
    keyboard: 'qwerty',
  }
  it('keeps keys that only resemble secret ones', () => {
    expect(fieldsOf(innocent)).toEqual(innocent)
  })

  it('keeps whether there is a secret', () => {
    const fields = { hasPassword: true, token: null, secret: false }
    expect(fieldsOf(fields)).toEqual(fields)
  })

  it.each([
    'order read',
    'GET /orders/:id 200',
    'Basic auth required',
    'bearer token missing',
    'Bearer authentication is required',
    'basic plan chosen',
    'at 2026-11-21T08:30:15.042Z',
    'took 1763713815042 ms',
    'id 9f1c2d3e-4b5a-6978-8796-a5b4c3d2e1f0',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736',
    'call +31 6 12345678',
    'ratio 0.4111111111111111',
    '1 2 3 4 5 6 7 8 9 10 11 12 13 14',
    'https://a.example/path?page=2&sort=asc#top',
    'mail ann@a.example',
    '4111111111111112',
    'desk-lamp ask-for-help-please-now',
  ])('keeps %s', (text) => {
    expect(createRedactor().text(text)).toBe(text)
    expect(fieldsOf({ text })).toEqual({ text })
  })

  it('keeps times in milliseconds and large numbers as numbers', () => {
    const fields = { at: 1763713815042, big: 4111111111111112, negative: -4111111111111111 }
    expect(fieldsOf(fields)).toEqual({ ...fields, negative: expect.anything() })
  })

  it('keeps the ids of the record whatever they look like', () => {
    const { line } = outputsOf()(
      recordOf({}, 'x', { traceId: CARD_LIKE.repeat(2), spanId: CARD_LIKE, requestId: CARD_LIKE }),
    )
    expect(JSON.parse(line)).toMatchObject({
      trace_id: CARD_LIKE.repeat(2),
      span_id: CARD_LIKE,
      request_id: CARD_LIKE,
    })
  })
})

const CARD_LIKE = '4111111111111111'

describe('options', () => {
  it('allows a key that would be secret', () => {
    expect(fieldsOf({ card: 'visa', 'a.card': 'x' }, { redact: { allow: ['card'] } })).toEqual({
      card: 'visa',
      'a.card': '[REDACTED]',
    })
  })

  it('replaces with the censor of the user, taken literally', () => {
    const redact = { patterns: [/x-1/], secrets: ['s3cret'], censor: '$&' }
    expect(fieldsOf({ a: 'x-1', b: 's3cret' }, { redact })).toEqual({ a: '$&', b: '$&' })
    expect(
      fieldsOf({ token: 'abc', text: 'Bearer abc123' }, { redact: { censor: '$& "x"' } }),
    ).toEqual({
      token: '$& "x"',
      text: '$& "x"',
    })
  })

  it('replaces e-mail addresses when asked', () => {
    expect(
      fieldsOf({ text: 'to ann.b+c@mail.a.example, now' }, { redact: { patterns: [EMAIL] } }),
    ).toEqual({
      text: 'to [REDACTED], now',
    })
  })

  it('does not take secrets that are in everything', () => {
    expect(fieldsOf({ text: 'a b c' }, { redact: { secrets: ['', 'a', 'b c'] } })).toEqual({
      text: 'a b c',
    })
  })

  it('replaces exact secrets in the ids too', () => {
    const { line, otlp } = outputsOf({ redact: { secrets: ['s3cr3t-id'] } })(
      recordOf({}, 'x', {
        requestId: 'my-s3cr3t-id',
        loggerName: 's3cr3t-id',
        eventName: 's3cr3t-id',
      }),
    )
    expect(line + otlp).not.toContain('s3cr3t-id')
  })

  it('matches the keys of the user by words, not by their parts', () => {
    const redact = { keys: ['session id'] }
    expect(
      fieldsOf(
        { sessionId: 'a', 'x-session-id': 'b', SESSION_ID: 'c', obsession_id: 'd' },
        { redact },
      ),
    ).toEqual({
      sessionId: '[REDACTED]',
      'x-session-id': '[REDACTED]',
      SESSION_ID: '[REDACTED]',
      obsession_id: 'd',
    })
  })

  it('takes keys with characters that mean something in patterns', () => {
    expect(fieldsOf({ 'a(b': 'x', ab: 'y' }, { redact: { keys: ['a(b', '***'] } })).toEqual({
      'a(b': '[REDACTED]',
      ab: 'y',
    })
  })

  it('redacts nothing when turned off', () => {
    const fields = { password: 'p', text: 'Bearer abc123', n: 4111111111111111 }
    expect(fieldsOf(fields, { redact: false })).toEqual(fields)
  })

  it('leaves what it is given as it was', () => {
    const user = { password: 'p', list: ['Bearer abc123'] }
    fieldsOf({ user })
    expect(user).toEqual({ password: 'p', list: ['Bearer abc123'] })
  })

  it('is the same the second time', () => {
    const outputs = outputsOf()
    const once = outputs(recordOf({ token: 'abc', text: 'Bearer abc123' })).line
    expect(outputs(recordOf({ token: 'abc', text: 'Bearer abc123' })).line).toBe(once)
    const { text } = createRedactor()
    const redacted = text('password=abc token: "x" https://a:b@c.example Bearer abc')
    expect(text(redacted)).toBe(redacted)
  })
})
