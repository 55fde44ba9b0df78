import { describe, expect, it } from 'vitest'
import { createRedactor, EMAIL } from '../../../src/logs/redact.ts'

const { text } = createRedactor({ patterns: [EMAIL], secrets: ['aaaaaaaaaaaaaaaaaaaaab'] })

const UNITS = [
  'eyJ', '-eyJ', 'eyJa.', '.eyJaaaa', '-----BEGIN ', '-----BEGIN A', '-----BEGIN PRIVATE KEY-----', '-',
  'token:"', "token='", 'token:\\"', 'token:\\', 'token:\\\\"', 'token: ', 'token=', 'token', 'password',
  'passw', 'passwordpassword_', '\\', '"', "'", '://', '://a', '://a:b@', ':\\/\\/', '4', '4111', '4111 ',
  '4111-1111-1111-1111-', '41 ', 'bearer ', 'Bearer a', 'Bearer token ', 'basic ', 'Basic Aa', 'authorization: ',
  'authorization:"', 'cookie=', 'cookie', 'sk-', 'sk-a', '-sk-aaaaaaaaaaaaaaa', 'a', 'A', ' ', '\n', '=', ':', '@',
  'AKIA', 'AKIAIOSFODNN7EXAMPL', 'ghp_', 'xoxb-', 'SG.', 'a@', 'a.', 'a@a.', '@a', '&code=', '?sig', 'api_key_',
  'secret_', 'credential-', 'cards', 'pin', '{"a":', '\ud800', '\u2028', 'aaaaaaaaaaaaaaaaaaaaac',
] // biome-ignore format: a list

const timeMs = (input: string): number => {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 3; run++) {
    const start = performance.now()
    text(input)
    best = Math.min(best, performance.now() - start)
  }
  return best
}

describe('the time that redaction takes', () => {
  it.each(UNITS)('grows no faster than the text, for repetitions of %j', (unit) => {
    const small = timeMs(unit.repeat(Math.ceil(25_000 / unit.length)))
    const large = timeMs(unit.repeat(Math.ceil(200_000 / unit.length)))
    // Eight times the text: quadratic growth would make it 64 times the time. Short times are all noise.
    expect(large).toBeLessThan(Math.max(25 * small, 100))
  })
})
