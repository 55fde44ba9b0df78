import type { LogFields } from '../../../src/logs/record.ts'
import type { RedactOptions } from '../../../src/logs/redact.ts'

export interface RedactCase {
  title: string
  /** None of these may be in any output. */
  secrets: string[]
  fields?: LogFields
  message?: string
  redact?: RedactOptions
  /** The secret lies where the text is cut: no replacement is seen. */
  isCutOff?: boolean
  /** Must still be there. */
  kept?: string[]
}

const S = 'hunter2-hunter2'
const JWT =
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'
const CARD = '4111111111111111'
const PEM_BODY = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj'
const PEM = `-----BEGIN PRIVATE KEY-----\n${PEM_BODY}\n-----END PRIVATE KEY-----`

const byKey = [
  'password',
  'Password',
  'passwd',
  'userPassword',
  'user_password',
  'DB-PASSWORD',
  'passwordHash',
  'newPasswordConfirmation',
  'passphrase',
  'pwd',
  'token',
  'access_token',
  'refreshToken',
  'accesstoken',
  'X-CSRF-Token',
  'authorization',
  'Authorization',
  'proxy-authorization',
  'cookie',
  'Set-Cookie',
  'cookies',
  'secret',
  'client_secret',
  'clientSecret',
  'SECRET_VALUE',
  'apiKey',
  'api_key',
  'x-api-key',
  'APIKEY',
  'private_key',
  'privateKey',
  'secretAccessKey',
  'accessKeyId',
  'credentials',
  'card',
  'cardNumber',
  'credit_card',
  'cvv',
  'cvc2',
  'ssn',
  'pin',
  'userPin',
  'customerSSN',
  'otp',
  'auth',
  'jwt',
  'X-Amz-Signature',
].map(
  (key): RedactCase => ({
    title: `the value of the key ${key}`,
    secrets: [S],
    fields: { [key]: S, 'order.id': 'A-17' },
    kept: ['A-17'],
  }),
)

const nested: RedactCase[] = [
  { title: 'a nested key', secrets: [S], fields: { user: { profile: { password: S } } } },
  {
    title: 'a key ten levels deep',
    secrets: [S],
    fields: { a: { b: { c: { d: { e: { f: { g: { h: { i: { token: S } } } } } } } } } },
  },
  {
    title: 'an object under a secret key',
    secrets: [S],
    fields: { credentials: { user: 'ann', value: S } },
  },
  { title: 'a list under a secret key', secrets: [S], fields: { tokens: 1, token: ['a', S] } },
  { title: 'a number under a secret key', secrets: ['8642'], fields: { pin: 8642 } },
  {
    title: 'objects in a list',
    secrets: [S],
    fields: { users: [{ id: 1 }, { id: 2, password: S }] },
  },
  { title: 'lists in lists', secrets: [S], fields: { rows: [[[{ secret: S }]]] } },
  {
    title: 'names and values in one list',
    secrets: [S],
    fields: { rawHeaders: ['host', 'a.example', 'authorization', S] },
    kept: ['a.example'],
  },
  {
    title: 'names and values as pairs',
    secrets: [S],
    fields: {
      headers: [
        ['accept', '*/*'],
        ['x-api-key', S],
      ],
    },
    kept: ['*/*'],
  },
  { title: 'a Map', secrets: [S], fields: { map: new Map([['password', S]]) } },
  {
    title: 'a Map in a Map',
    secrets: [S],
    fields: { map: new Map([['inner', new Map([['token', S]])]]) },
  },
  { title: 'an object in a Set', secrets: [S], fields: { set: new Set([{ token: S }]) } },
  { title: 'a Set of texts', secrets: [JWT], fields: { set: new Set([JWT]) } },
  {
    title: 'Headers',
    secrets: [S],
    fields: { headers: new Headers({ authorization: S, accept: 'text/plain' }) },
    kept: ['text/plain'],
  },
  {
    title: 'URLSearchParams',
    secrets: [S],
    fields: { query: new URLSearchParams({ api_key: S, page: 'page-2' }) },
    kept: ['page-2'],
  },
  {
    title: 'a URL object',
    secrets: [S],
    fields: { url: new URL(`https://a.example/x?token=${S}&page=page-2`) },
    kept: ['page-2'],
  },
  {
    title: 'what toJSON returns',
    secrets: [S],
    fields: { model: { toJSON: () => ({ password: S }) } },
  },
  {
    title: 'an instance of a class',
    secrets: [S],
    fields: {
      user: new (class User {
        name = 'ann'
        password = S
      })(),
    },
  },
  { title: 'a boxed text', secrets: [JWT], fields: { boxed: new String(JWT) } },
  {
    title: 'a getter',
    secrets: [S],
    fields: {
      user: {
        get token() {
          return S
        },
      },
    },
  },
  {
    title: 'an object without a prototype',
    secrets: [S],
    fields: { user: Object.assign(Object.create(null), { secret: S }) },
  },
  { title: 'a key that is a secret itself', secrets: [JWT], fields: { byToken: { [JWT]: 1 } } },
  {
    title: 'a key of a Map that is a secret itself',
    secrets: [JWT],
    fields: { byToken: new Map([[JWT, 1]]) },
  },
  { title: 'a symbol', secrets: [JWT], fields: { symbol: Symbol(JWT) } },
]

const looks: RedactCase[] = [
  { title: 'a bearer token', secrets: ['abc.def-123'], message: 'sent Bearer abc.def-123 to them' },
  { title: 'a bearer token in capitals', secrets: ['abc123def'], message: 'BEARER abc123def' },
  { title: 'a short bearer token of letters', secrets: ['hunter'], message: 'used bearer hunter' },
  {
    title: 'basic credentials',
    secrets: ['dXNlcjpwYXNz'],
    message: 'header was Basic dXNlcjpwYXNz',
  },
  {
    title: 'a JSON Web Token',
    secrets: [JWT],
    message: `verify failed for ${JWT}`,
    kept: ['verify failed for'],
  },
  {
    title: 'an encrypted JSON Web Token',
    secrets: ['eyJhbGciOiJSU0EtT0FFUCJ9', 'OKOawDo13gRp2ojaHV7LFpZcg'],
    message:
      'got eyJhbGciOiJSU0EtT0FFUCJ9.OKOawDo13gRp2ojaHV7LFpZcg.48V1_ALb6US04U3b.5eym8TW_c8SuK0lt.XFBoMYUZodetZdvT',
  },
  { title: 'a card number', secrets: [CARD], message: `paid with ${CARD} today`, kept: ['today'] },
  {
    title: 'a card number in groups',
    secrets: ['4111 1111 1111 1111', '1111 1111'],
    message: 'card 4111 1111 1111 1111, 12/26',
  },
  {
    title: 'a card number with dashes',
    secrets: ['5500-0000-0000-0004'],
    message: 'used 5500-0000-0000-0004',
  },
  {
    title: 'a card number of fifteen digits',
    secrets: ['3782 822463 10005'],
    message: 'amex 3782 822463 10005',
  },
  {
    title: 'a card number after another number',
    secrets: ['4111 1111 1111 1111'],
    message: 'order 42 4111 1111 1111 1111',
  },
  { title: 'a card number that is a number', secrets: [CARD], fields: { value: Number(CARD) } },
  { title: 'a card number that is a bigint', secrets: [CARD], fields: { value: BigInt(CARD) } },
  { title: 'a private key', secrets: [PEM_BODY], message: `loaded ${PEM}` },
  { title: 'a private key without its end', secrets: [PEM_BODY], message: PEM.slice(0, -30) },
  {
    title: 'an RSA private key in JSON',
    secrets: [PEM_BODY],
    message: JSON.stringify({ k: PEM.replaceAll('PRIVATE', 'RSA PRIVATE') }),
  },
  {
    title: 'an AWS key id',
    secrets: ['AKIAIOSFODNN7EXAMPLE'],
    message: 'signed by AKIAIOSFODNN7EXAMPLE.',
  },
  {
    title: 'a GitHub token',
    secrets: ['ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
    message: 'push with ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  },
  {
    title: 'a Stripe key',
    secrets: ['sk_live_4eC39HqLyjWDarjtT1zdp7dc'],
    message: 'stripe sk_live_4eC39HqLyjWDarjtT1zdp7dc refused',
  },
  {
    title: 'a Slack token',
    secrets: ['xoxb-17653672481-19874698323'],
    message: 'slack xoxb-17653672481-19874698323',
  },
  {
    title: 'credentials in a URL',
    secrets: ['s3cret', 'ann'],
    message: 'connect postgres://ann:s3cret@db.example/x',
    kept: ['db.example'],
  },
  {
    title: 'a password with @ in a URL',
    secrets: ['p@ss', 'ss@db'],
    message: 'connect postgres://u:p@ss@db.example/x',
    kept: ['db.example'],
  },
  {
    title: 'credentials in a URL in JSON',
    secrets: ['s3cret'],
    message: '{"url":"https:\\/\\/ann:s3cret@a.example"}',
  },
  {
    title: 'a token in a query',
    secrets: [S],
    message: `GET https://a.example/cb?state=x&access_token=${S}&page=page-2`,
    kept: ['page-2'],
  },
  {
    title: 'an authorization code in a query',
    secrets: ['SplxlOBeZQQYbYS6WxSbIA'],
    message: 'GET /cb?code=SplxlOBeZQQYbYS6WxSbIA',
  },
  {
    title: 'a signed URL',
    secrets: ['d1b2c3', 'AKIDEXAMPLE'],
    message: 'https://b.example/o?X-Amz-Credential=AKIDEXAMPLE%2F20260101&X-Amz-Signature=d1b2c3',
  },
  {
    title: 'a password in form data',
    secrets: [S],
    message: `user=ann&password=${S}&x=1`,
    kept: ['x=1'],
  },
  {
    title: 'a password in JSON',
    secrets: [S],
    message: `body: {"user":"ann","password":"${S}"}`,
    kept: ['ann'],
  },
  {
    title: 'a password with an escaped quote in JSON',
    secrets: ['hun', 'ter2'],
    message: '{"password":"hun\\"ter2"}',
  },
  {
    title: 'a password in JSON in JSON',
    secrets: [S],
    message: JSON.stringify({ body: JSON.stringify({ apiKey: S }) }),
  },
  {
    title: 'a password with spaces in JSON in JSON',
    secrets: ['horse', 'battery'],
    message: JSON.stringify({ body: JSON.stringify({ apiKey: 'horse battery', user: 'ann' }) }),
    kept: ['ann'],
  },
  {
    title: 'a password in single quotes',
    secrets: ['two words'],
    message: "{'password': 'two words'}",
  },
  {
    title: 'a password in a connection string',
    secrets: [S],
    message: `Server=db;User Id=sa;Password=${S};Timeout=30`,
    kept: ['Timeout=30'],
  },
  {
    title: 'a header in a text',
    secrets: ['Zm9vOmJhcg', 'scheme-9'],
    message: 'authorization: scheme-9 Zm9vOmJhcg\nhost: a.example',
    kept: ['a.example'],
  },
  {
    title: 'cookies in a text',
    secrets: ['abc123', 'xyz789'],
    message: 'Cookie: sid=abc123; theme=xyz789',
  },
  {
    title: 'an environment variable',
    secrets: [S],
    message: `STRIPE_API_KEY=${S} npm start`,
    kept: ['npm start'],
  },
  {
    title: 'a text under an innocent key',
    secrets: [JWT],
    fields: { note: { text: [`see ${JWT}`] } },
  },
]

const errors: RedactCase[] = [
  {
    title: "an error's message",
    secrets: [S],
    fields: { error: new Error(`login failed: password=${S}`) },
    kept: ['login failed'],
  },
  {
    title: "an error's stack",
    secrets: [JWT],
    fields: { error: Object.assign(new Error('x'), { stack: `Error: x\n    at f (${JWT})` }) },
  },
  {
    title: "an error's cause",
    secrets: [S],
    fields: { error: new Error('outer', { cause: new Error(`token: ${S}`) }) },
  },
  {
    title: 'a cause that is an object',
    secrets: [S],
    fields: { error: new Error('outer', { cause: { apiKey: S } }) },
  },
  {
    title: 'errors of an AggregateError',
    secrets: [S],
    fields: { error: new AggregateError([new Error(`secret=${S}`)], 'all failed') },
  },
  {
    title: 'a cause five errors deep',
    secrets: [JWT],
    fields: {
      error: [1, 2, 3, 4, 5].reduce((cause) => new Error('outer', { cause }), new Error(JWT)),
    },
  },
]

const options: RedactCase[] = [
  {
    title: "a key of the user's",
    secrets: [S],
    fields: { ibanNumber: S, iban: S },
    redact: { keys: ['iban', 'IBAN_number'] },
  },
  {
    title: 'a path',
    secrets: ['a@b.example'],
    fields: { user: { email: 'a@b.example', name: 'ann' } },
    redact: { paths: ['user.email'] },
    kept: ['ann'],
  },
  {
    title: 'a path with a wildcard',
    secrets: ['a@b.example'],
    fields: { user: { home: { email: 'a@b.example' } } },
    redact: { paths: ['user.*.email'] },
  },
  {
    title: 'a path into a list',
    secrets: ['n-12345'],
    fields: { items: [{ id: 1 }, { number: 'n-12345' }] },
    redact: { paths: ['items[*].number'] },
  },
  {
    title: 'a path with an index',
    secrets: ['n-12345'],
    fields: { items: ['n-12345', 'n-2'] },
    redact: { paths: ['items[0]'] },
    kept: ['n-2'],
  },
  {
    title: 'a path through a key with dots',
    secrets: ['a@b.example'],
    fields: { 'user.home': { email: 'a@b.example' } },
    redact: { paths: ['user.*.email'] },
  },
  {
    title: 'a path into a Map',
    secrets: ['n-12345'],
    fields: { user: new Map([['number', 'n-12345']]) },
    redact: { paths: ['user.number'] },
  },
  {
    title: 'a path to an object',
    secrets: ['n-12345'],
    fields: { user: { address: { street: 'n-12345' } } },
    redact: { paths: ['user.address'] },
  },
  {
    title: "a pattern of the user's",
    secrets: ['CUST-0042'],
    message: 'for CUST-0042 and cust-0042',
    redact: { patterns: [/cust-\d+/i] },
  },
  {
    title: 'an exact secret in a message',
    secrets: ['correct horse'],
    message: 'it is correct horse!',
    redact: { secrets: ['correct horse'] },
  },
  {
    title: 'an exact secret in a key',
    secrets: ['correct horse'],
    fields: { byKey: { 'a correct horse b': 1 } },
    redact: { secrets: ['correct horse'] },
  },
  {
    title: 'an exact secret that is a number',
    secrets: ['86420'],
    fields: { value: 86420, big: 86420n },
    redact: { secrets: ['86420'] },
  },
  {
    title: 'an exact secret in a URL',
    secrets: ['a%20b%2Fc%26'],
    message: 'https://x.example/?q=a%20b%2Fc%26',
    redact: { secrets: ['a b/c&'] },
  },
  {
    title: 'an exact secret escaped in JSON',
    secrets: ['qu\\"ote'],
    message: JSON.stringify({ v: 'qu"ote' }),
    redact: { secrets: ['qu"ote'] },
  },
  {
    title: 'an exact secret that begins with another',
    secrets: ['abcd', 'efgh'],
    message: 'abcdefgh',
    redact: { secrets: ['abcd', 'abcdefgh'] },
  },
]

const cut: RedactCase[] = [
  {
    isCutOff: true,
    title: 'a token across the cut of a long text',
    secrets: [JWT.slice(0, 30), JWT.slice(-30)],
    message: `${'x'.repeat(10_821)} ${JWT} ${'y'.repeat(200_000)}`,
  },
  {
    isCutOff: true,
    title: 'an exact secret across the cut of a long text',
    secrets: ['correct', 'horse'],
    message: `${'x '.repeat(5_415)}correct horse${' y'.repeat(200_000)}`,
    redact: { secrets: ['correct horse'] },
  },
]

export const redactCases: RedactCase[] = [
  ...byKey,
  ...nested,
  ...looks,
  ...errors,
  ...options,
  ...cut,
]
