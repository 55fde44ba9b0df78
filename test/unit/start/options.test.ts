import { describe, expect, it } from 'vitest'
import { parseOptions } from '../../../scripts/start/options.ts'

describe('parseOptions', () => {
  it('has a default for everything', () => {
    expect(parseOptions([])).toEqual({
      runtime: 'workerd',
      port: 8787,
      otlpPort: 4318,
      stateDir: '.wrangler/state',
      once: false,
      verbose: false,
      help: false,
    })
  })

  it('reads ports, the state directory and switches', () => {
    const args = ['--port', '1', '--otlp-port=65535', '--state', '/tmp/x', '--once', '--verbose']
    expect(parseOptions(args)).toMatchObject({
      port: 1,
      otlpPort: 65535,
      stateDir: '/tmp/x',
      once: true,
      verbose: true,
    })
  })

  it.each(['workerd', 'deno', 'bun', 'node'])('runs the shop on %s', (runtime) => {
    expect(parseOptions(['--runtime', runtime])).toMatchObject({ runtime })
  })

  it('refuses other runtimes', () => {
    expect(() => parseOptions(['--runtime', 'rhino'])).toThrow(
      'Cannot start: `--runtime` must be workerd, deno, bun or node, received "rhino"',
    )
  })

  it.each(['0', '65536', 'http', '80.5', '-1', ''])('refuses "%s" as a port', (text) => {
    expect(() => parseOptions([`--port=${text}`])).toThrow(
      `Cannot start: \`--port\` must be a port from 1 to 65535, received "${text}"`,
    )
  })

  it('refuses the same port twice', () => {
    expect(() => parseOptions(['--port', '9000', '--otlp-port', '9000'])).toThrow('must differ')
  })

  it('refuses options it does not know', () => {
    expect(() => parseOptions(['--prot', '1'])).toThrow('--prot')
  })
})
