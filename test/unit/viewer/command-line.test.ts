import { describe, expect, it } from 'vitest'
import { isLoopback, parseCommandLine, UsageError } from '../../../viewer/node/command-line.ts'

describe('the command line', () => {
  it('has defaults', () => {
    expect(parseCommandLine([], {})).toEqual({
      port: 4318,
      host: '127.0.0.1',
      persist: undefined,
      maxBytes: 512 * 1024 * 1024,
      maxAgeMs: 86_400_000,
      forward: undefined,
      healthUrl: undefined,
      sourceMaps: undefined,
      token: undefined,
      hosts: [],
      open: false,
      help: false,
      version: false,
    })
  })

  it('sets everything', () => {
    const text =
      '--port 0 --host 0.0.0.0 --persist d --max-mb 1.5 --max-age 7d --forward https://o.example --forward-header a=b=c --forward-header d=e --health http://localhost:8787/health --source-maps viewer --token t --allow-host A.test --open'
    expect(parseCommandLine(text.split(' '), { VIEWER_TOKEN: 'other' })).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      persist: 'd',
      maxBytes: 1.5 * 1024 * 1024,
      maxAgeMs: 7 * 86_400_000,
      forward: { url: 'https://o.example', headers: { a: 'b=c', d: 'e' } },
      healthUrl: 'http://localhost:8787/health',
      sourceMaps: 'viewer',
      token: 't',
      hosts: ['a.test'],
      open: true,
    })
    expect(parseCommandLine([], { VIEWER_TOKEN: 'v' }).token).toBe('v')
  })

  it.each([
    ['--port 65536', /`--port` must be a port from 0 to 65535, received "65536"/],
    ['--port x', /--port/],
    ['--max-mb 0', /`--max-mb` must be a number of megabytes/],
    ['--max-age 3', /`--max-age` must be a time such as 30m/],
    ['--max-age 0m', /--max-age/],
    ['--forward ftp://x', /`--forward` must be an http or https URL, received "ftp:\/\/x"/],
    ['--health nothing', /--health/],
    ['--source-maps nowhere', /`--source-maps` must be a directory, received "nowhere"/],
    ['--forward-header secret', /--forward-header/],
    ['--nonsense', /--nonsense/],
    ['stray', /stray/],
  ])('refuses %s', (text, message) => {
    const parse = () => parseCommandLine(text.split(' '), {})
    expect(parse).toThrow(UsageError)
    expect(parse).toThrow(message)
  })

  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['192.168.1.7', false],
    ['::', false],
  ])('knows whether %s is this machine only', (host, expected) => {
    expect(isLoopback(host)).toBe(expected)
  })
})
