import { describe, expect, it } from 'vitest'
import { coarseExpressions } from '../../../src/base/coarse-redactor.ts'
import { secretNames } from '../../../src/logs/secret-names.ts'
import { secretExpressions } from '../../../src/logs/secret-patterns.ts'
import { createCounter } from '../../support/regex/steps.ts'
import { FORMATS } from './secrets/formats.ts'
import { madeUp } from './secrets/made-up.ts'
import { INNOCENT_TEXTS, SECRET, SECRET_TEXTS } from './secrets/texts.ts'

const expressions = [...secretExpressions(secretNames([])), ...coarseExpressions]
const counters = expressions.map(createCounter)

const UNITS = [
  'eyJ', '-eyJ', 'eyJa.', '.eyJaaaa', '-----BEGIN ', '-----BEGIN A', '-----BEGIN PRIVATE KEY-----', '-', '--', '--a', '--token ', '--token',
  'token:"', "token='", 'token:\\"', 'token:\\', 'token:\\\\"', 'token: ', 'token=', 'token', 'tokens', 'tokens: 1', 'password', 'token[', 'token={', 'token%3D', 'token%22',
  'passw', 'passwordpassword_', 'Password', 'passwdPassword', 'CredentialA', 'PasswordeyJ', 'Password_', 'accesskeys', 'password"', "password' ", 'password%', 'password ', '\\', '"', "'", '`', '://', '://a', '://a:b@', ':\\/\\/', '4', '4111', '4111 ', '4111\u00a01111\u00a0',
  '4111-1111-1111-1111-', '41 ', 'bearer ', 'Bearer a', 'Bearer token ', 'basic ', 'Basic Aa', 'authorization: ', 'authorization: a="', 'authorization:="', "authorization='",
  'authorization:"', 'cookie=', 'cookie', 'cookie: a=\\"', 'sk-', 'sk-a', '-sk-aaaaaaaaaaaaaaa', 'a', 'A', ' ', '\n', '=', ':', '@', '/', '<', '>', '%',
  'AKIA', 'AKIAIOSFODNN7EXAMPL', 'ghp_', 'xoxb-', 'SG.', 'a@', 'a.', 'a@a.', '@a', '&code=', '?sig', 'api_key_', '<password>', '<password ', '<a', '<token a="b" ',
  'secret_', 'credential-', 'cards', 'pin', '{"a":', '\ud800', '\u2028', 'aaaaaaaaaaaaaaaaaaaaac', '"password","', '"password","type":"x",', '"token" value="', 'name="password"\n',
  'name="', '/token/', '/reset-', '/token/a-', '/services/T', '/hooks/', '/hooks/abcdef/', '/webhooks/', '1234567890:', 'MAAAAAAAAAAAAAAAAAAAAAAA.', '1Q~', 'abcdef0123456789', 'a1B2', 'pass', '_pass', 'pass ', 'connection ',
] // biome-ignore format: a list

/** One match of them goes on to the end of the text, at some calls a character: the stack has room for so much. */
const DEEP: readonly string[] = [
  'token:\\\\"',
  'authorization: ',
  'authorization: a="',
  'cookie=',
  'cookie: a=\\"',
]

const MOST_A_CHARACTER = 400

const STACK = `Error: Card 42 of order 77123 was declined
    at chargeCard (file:///home/app/src/payments/charge-card.ts:91:13)
    at async placeOrder (file:///home/app/src/orders/place-order.ts:120:18)
    at async file:///home/app/node_modules/hono/dist/middleware/bearer-auth/index.js:46:5`

const stepsOf = (text: string): number =>
  counters.reduce((sum, counter) => sum + counter.search(text).steps, 0)

describe('the steps that redaction takes', () => {
  it.each(UNITS)(
    'grow no faster than the text, for repetitions of %j',
    (unit) => {
      const length = DEEP.includes(unit) ? 200 : 1000
      const small = stepsOf(unit.repeat(Math.ceil(length / unit.length)))
      const large = stepsOf(unit.repeat(Math.ceil((4 * length) / unit.length)))
      // Four times the text: quadratic growth would make it sixteen times the steps.
      expect(large / small).toBeLessThan(5)
      // Nor is a text of a client's choice much dearer than another: plain words take 200 steps a character.
      expect(small / length).toBeLessThan(MOST_A_CHARACTER)
    },
    60_000,
  )

  it('are fewer than 90 a character of a stack, for what is secret by its looks', () => {
    const [, looks] = secretExpressions(secretNames([])).map(createCounter)
    expect((looks?.search(STACK).steps as number) / STACK.length).toBeLessThan(90)
  })

  it('are counted by a matcher that finds what the engine finds', () => {
    const texts = [
      ...SECRET_TEXTS.map((text) => text.replace('§', SECRET)),
      ...FORMATS.map(madeUp),
      ...INNOCENT_TEXTS.map(madeUp),
      ...UNITS.map((unit) => unit.repeat(9)),
    ]
    for (const text of texts) {
      for (const [i, expression] of expressions.entries()) {
        const found = [...text.matchAll(expression)].map((match) => [
          match.index,
          match.index + match[0].length,
        ])
        expect([text, counters[i]?.search(text).matches]).toEqual([text, found])
      }
    }
  }, 60_000)

  it('would be seen to grow faster, if they did', () => {
    const { search } = createCounter(/(?:a+)+b|x[^y]*y/g)
    const [short, long] = [search('x'.repeat(200)).steps, search('x'.repeat(800)).steps]
    expect(long / short).toBeGreaterThan(12)
  })
})
