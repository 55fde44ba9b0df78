import { expect, it } from 'vitest'
import { UsageError } from '../../../viewer/node/command-line.ts'
import { parseProfileCommand } from '../../../viewer/node/profile/command-line.ts'

const parse = (text: string, env: NodeJS.ProcessEnv = {}) =>
  parseProfileCommand(text.split(' ').filter(Boolean), env)

it('profiles what wrangler dev runs, for ten seconds, by default', () => {
  expect(parse('')).toEqual({
    kind: 'cpu',
    seconds: 10,
    from: { inspector: new URL('http://127.0.0.1:9229'), target: undefined },
    out: undefined,
    viewer: undefined,
    service: undefined,
    top: 15,
    help: false,
  })
})

it('sets everything', () => {
  const env = { PROFILE_TOKEN: 'p', VIEWER_TOKEN: 'v' }
  expect(
    parse(
      '--url http://localhost:8000 --heap --seconds 1.5 --out h.pb.gz --viewer http://localhost:4318 --service shop --top 0',
      env,
    ),
  ).toEqual({
    kind: 'heap',
    seconds: 1.5,
    from: { url: new URL('http://localhost:8000'), token: 'p' },
    out: 'h.pb.gz',
    viewer: { url: new URL('http://localhost:4318'), token: 'v' },
    service: 'shop',
    top: 0,
    help: false,
  })
  const named = parse('--url http://a --token t --viewer http://b --viewer-token w', env)
  expect(named).toMatchObject({ from: { token: 't' }, viewer: { token: 'w' } })
  expect(parse('--inspector ws://a:1/x --target shop').from).toEqual({
    inspector: new URL('ws://a:1/x'),
    target: 'shop',
  })
})

it.each([
  ['--seconds 0', '`--seconds` must be a number from 1 to 60, received "0"'],
  ['--seconds 61', '`--seconds` must be a number from 1 to 60'],
  ['--seconds x', '`--seconds` must be a number from 1 to 60'],
  ['--top -1', /--top/],
  ['--top 1001', '`--top` must be a number from 0 to 1000'],
  ['--url ws://x', '`--url` must be a URL of http, https, received "ws://x"'],
  ['--inspector 9229', '`--inspector` must be a URL of http, https, ws, wss'],
  ['--url http://a --inspector http://b', 'not both'],
  ['--viewer nowhere', /--viewer/],
  ['--out p.svg', '`--out` must be a file that ends with .cpuprofile or .pb.gz'],
  ['--heap --out p.cpuprofile', '`--out` must be a file that ends with .heapprofile or .pb.gz'],
  ['--nonsense', /--nonsense/],
  ['stray', /stray/],
])('refuses %s', (text, message) => {
  expect(() => parse(text)).toThrow(UsageError)
  expect(() => parse(text)).toThrow(message)
})

it.each([
  [['--url', 'http://a', '--token', 'geheim\nx'], {}, '`--token` must be a text that a header'],
  [['--url', 'http://a', '--token', 'geheim\n'], {}, '`--token` must be'],
  [['--url', 'http://a', '--token', 'geheim\0'], {}, '`--token` must be'],
  [['--url', 'http://a', '--token', 'geheim\u20ac'], {}, '`--token` must be'],
  [['--url', 'http://a'], { PROFILE_TOKEN: 'geheim\r' }, '`PROFILE_TOKEN` must be'],
  [['--viewer', 'http://a', '--viewer-token', ' geheim'], {}, '`--viewer-token` must be'],
  [['--viewer', 'http://a'], { VIEWER_TOKEN: 'geheim\n' }, '`VIEWER_TOKEN` must be'],
  [['--url', 'http://me:geheim@a'], {}, '`--url` must be a URL without user name and password'],
])('refuses %j %j without repeating what is secret', (args, env, words) => {
  const refused = (): unknown => parseProfileCommand(args, env)
  expect(refused).toThrow(UsageError)
  expect(refused).toThrow(words)
  expect(refused).not.toThrow(/geheim/)
})

it('takes every token that a header can hold', () => {
  for (const token of ['a long one', 'a\tb', '\u00fc']) {
    expect(parseProfileCommand(['--url', 'http://a', '--token', token], {}).from).toMatchObject({
      token,
    })
  }
})
