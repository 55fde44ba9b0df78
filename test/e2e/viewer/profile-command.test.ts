import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { requireFromWrangler } from '../../support/wrangler.ts'
import { type RunningViewer, runViewer, startViewer, viewerCommand } from './start-viewer.ts'

const SLOW = { timeout: 60_000, interval: 100 }
const at = (file: string): string => fileURLToPath(new URL(`../profile/${file}`, import.meta.url))
const GO = ['go', '/usr/local/go/bin/go'].find((name) => spawnSync(name, ['version']).status === 0)
if (!GO)
  console.log('NOT TESTED: `go tool pprof` reads what the command writes, Go is not installed')

/** Mostly inlined into its caller, or not. */
const BUSY = / (?:burn|\(anonymous\)) .*(?:burn|server)\.ts:\d+$/m

const folder = mkdtempSync(join(tmpdir(), 'profile-command-'))
const profile = (...args: string[]) => runViewer('profile', ...args)

/** What `go tool pprof` says of a file. */
const pprof = (file: string): string =>
  spawnSync(GO as string, ['tool', 'pprof', '-top', file], { encoding: 'utf8' }).stdout

/** Passes on to an inspector, and tells when that has answered a question. */
const proxy = async (inspector: string, question: number) => {
  const { hostname, port } = new URL(inspector)
  let isAnswered = false
  const server = createServer((socket) => {
    const upstream = connect(Number(port), hostname)
    socket.on('data', (data) => {
      // Compressed answers could not be read here.
      const text = data.toString('latin1').replace(/^sec-websocket-extensions/im, 'x-extensions')
      upstream.write(text, 'latin1')
    })
    upstream.on('data', (data) => {
      isAnswered ||= new RegExp(`"id": *${question}\\b`).test(data.toString('latin1'))
      socket.write(data)
    })
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      from.on('close', () => to.destroy()).on('error', () => undefined)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, isAnswered: () => isAnswered, close: () => server.close() }
}

let viewer: RunningViewer
beforeAll(async () => {
  viewer = await startViewer()
})
afterAll(async () => {
  await viewer?.stop('SIGKILL')
  rmSync(folder, { recursive: true })
})

describe('of workerd, by the inspector of wrangler dev', () => {
  type Dev = Awaited<ReturnType<typeof import('wrangler')['unstable_startWorker']>>
  let dev: Dev
  let inspector = ''
  let isOver = false
  let pauseMs = 0

  beforeAll(async () => {
    dev = await requireFromWrangler('wrangler').unstable_startWorker({
      config: at('wrangler.jsonc'),
      bindings: { OTEL_EXPORTER_OTLP_ENDPOINT: { type: 'plain_text', value: viewer.url } },
      dev: {
        server: { hostname: '127.0.0.1', port: 0 },
        inspector: { hostname: '127.0.0.1', port: 0 },
        logLevel: 'error',
        watch: false,
      },
    })
    const url = String(await dev.url)
    inspector = String(await dev.inspectorUrl)
    const ask = async (): Promise<void> => {
      while (!isOver) {
        const response = await fetch(`${url}burn`).catch(() => undefined)
        await response?.text().catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
    void ask()
  }, 120_000)
  afterAll(async () => {
    isOver = true
    await dev?.dispose()
  }, 60_000)

  it('finds the function that is busy, and shows it in the viewer with the route', async () => {
    const { code, output, errors } = await profile(
      ...['--inspector', inspector, '--seconds', '2', '--top', '3'],
      ...['--viewer', viewer.url, '--service', 'burner'],
    )
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(output).toMatch(
      /^ +self +total {2}function\n[\s\S]* (?:burn|\(anonymous\)) worker\.js:\d+$/m,
    )
    expect(output).toMatch(/ of work in /)
    // No terminal, no colours.
    expect(output).not.toContain('\u001b')
    expect(output).not.toContain('Written to')
    const id = /Shown at http:\/\/\S+\/profiles\/(\d+)$/m.exec(output)?.[1]
    const requests = await vi.waitFor(async () => {
      const view = await viewer.get(`/api/profiles/${id}`)
      const [route] = view.requests.routes
      expect(route).toMatchObject({ service: 'burner', route: 'GET /burn' })
      // The clock of a Worker stands while it computes.
      expect(route.cpuMs).toBeGreaterThan(view.total / 10)
      return view.requests
    }, SLOW)
    const { traceId } = requests.routes[0].sample
    expect((await viewer.get(`/api/traces/${traceId}`)).spans[0].name).toBe('GET /burn')
  }, 120_000)

  it('writes what DevTools and pprof read', async () => {
    const [own, go] = [join(folder, 'own.cpuprofile'), join(folder, 'go.pb.gz')]
    const by = ['--inspector', inspector, '--seconds', '1', '--top', '0']
    const { code, output } = await profile(...by, '--out', own)
    expect([code, output]).toEqual([0, expect.stringContaining(`Written to ${own}`)])
    const { nodes, samples } = JSON.parse(readFileSync(own, 'utf8')) as {
      nodes: { id: number; callFrame: { url: string } }[]
      samples: number[]
    }
    const ours = nodes.filter(({ callFrame }) => callFrame.url === 'worker.js').map(({ id }) => id)
    expect(samples.filter((id) => ours.includes(id)).length).toBeGreaterThan(20)
    expect((await profile(...by, '--heap', '--out', go)).code).toBe(0)
    if (GO) expect(pprof(go)).toMatch(/^Type: inuse_space$/m)
    expect((await profile(...by, '--out', go)).code).toBe(0)
    if (GO) expect(pprof(go)).toMatch(/^Type: cpu$[\s\S]* (?:burn|\(anonymous\))$/m)
  }, 120_000)

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'leaves an inspector that still works at %s',
    async (signal, expected) => {
      const { url, isAnswered, close } = await proxy(inspector, 3)
      const running = viewerCommand('profile', '--inspector', url, '--seconds', '60')
      onTestFinished(() => {
        running.child.kill('SIGKILL')
        close()
      })
      await vi.waitFor(() => expect(isAnswered()).toBe(true), SLOW)
      running.child.kill(signal)
      expect([await running.exit, running.output(), running.errors()]).toEqual([expected, '', ''])
      const file = join(folder, 'after.cpuprofile')
      const after = await profile('--inspector', inspector, '--seconds', '1', '--out', file)
      expect([after.code, after.errors]).toEqual([0, ''])
    },
    120_000,
  )

  it('counts the time between requests as none', async () => {
    pauseMs = 1000
    const { code, output } = await profile(
      ...['--inspector', inspector, '--seconds', '5', '--out', join(folder, 'idle.cpuprofile')],
    )
    pauseMs = 0
    expect([code, output]).toEqual([0, expect.stringMatching(/ ms of work in /)])
  }, 60_000)

  it('says which Workers there are when another is asked for', async () => {
    const { code, errors } = await profile('--inspector', inspector, '--target', 'shop')
    expect([code, errors]).toEqual([1, expect.stringContaining('which is "Cloudflare Worker"')])
  }, 60_000)
})

describe.each([
  ['node', [], '--inspect=127.0.0.1:0'],
  ['deno', ['run', '--no-lock', '--node-modules-dir=manual', '-A'], '--inspect=127.0.0.1:0'],
  ['bun', ['run'], undefined],
] as const)('of %s', (runtime, start, inspect) => {
  let child: ChildProcess
  let said = ''
  const heard = async (pattern: RegExp): Promise<string> =>
    await vi.waitFor(() => {
      const found = pattern.exec(said)?.[1]
      expect(said).toMatch(pattern)
      return found as string
    }, SLOW)

  beforeAll(() => {
    child = spawn(runtime, [...start, ...(inspect ? [inspect] : []), at('server.ts')])
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        said += text
      })
    }
  })
  afterAll(() => {
    child?.kill('SIGKILL')
  })

  it('by its routes, which a token opens', async () => {
    const url = `http://127.0.0.1:${await heard(/^port (\d+)/m)}`
    const file = join(folder, `${runtime}.pb.gz`)
    const by = ['--url', url, '--seconds', '1', '--out', file]
    const { code, output, errors } = await profile(...by, '--token', 'a long one')
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    expect(output).toMatch(BUSY)
    if (GO) expect(pprof(file)).toMatch(/^Type: cpu$[\s\S]* (?:burn|\(anonymous\))$/m)
    const refused = await profile(...by)
    expect([refused.code, refused.output]).toEqual([1, ''])
    expect(refused.errors).toBe(
      `Cannot profile: ${url}/debug/profile answered 403: Profiles need \`Authorization: Bearer <token>\`.\n`,
    )
  }, 120_000)

  it.runIf(inspect)(
    'by its inspector',
    async () => {
      const ws = await heard(/listening on (ws:\/\/\S+)/)
      for (const inspector of [ws, `http://${new URL(ws).host}`]) {
        const file = join(folder, `${runtime}.cpuprofile`)
        const by = ['--inspector', inspector, '--seconds', '1', '--out', file]
        const { code, output, errors } = await profile(...by)
        expect({ code, errors }).toEqual({ code: 0, errors: '' })
        expect(output).toMatch(BUSY)
      }
    },
    120_000,
  )
})

describe('what cannot be done', () => {
  const nowhere = 'http://127.0.0.1:9'

  it('is said, and ends with 1', async () => {
    for (const [args, words] of [
      [['--inspector', nowhere], /^Cannot profile: no inspector at .*wrangler dev/],
      [['--inspector', 'ws://127.0.0.1:9/x'], /^Cannot profile: no connection to the inspector/],
      [['--url', nowhere], /^Cannot profile: no answer from /],
      [
        ['--inspector', viewer.url],
        /^Cannot profile: no inspector at .*answered 200 without a list/,
      ],
      [['--url', `${viewer.url}/api/status`], /^Cannot profile: The profile must be/],
    ] as const) {
      const { code, output, errors } = await profile(...args)
      expect([code, output, errors]).toEqual([1, '', expect.stringMatching(words)])
    }
  }, 60_000)

  it('is said within ten seconds beyond the time of the profile, whatever a server does', async () => {
    const answers: Record<string, (response: ServerResponse) => void> = {
      '/silent': () => undefined,
      '/endless': (response) => {
        response.write('{')
        setInterval(() => response.write(' '), 100).unref()
      },
      '/broken': (response) => {
        response.writeHead(200, { 'content-length': 10 })
        response.write('{', () => response.destroy())
      },
      '/echo': (response) => {
        response.writeHead(403)
        response.end(`not ${response.req.headers.authorization}`)
      },
    }
    const server = createHttpServer(({ url = '' }, response) =>
      answers[url.split('?')[0] ?? '']?.(response),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const startedMs = performance.now()
    const results = await Promise.all(
      Object.keys(answers).map((path) =>
        profile('--url', url + path, '--token', 'geheim', '--seconds', '1'),
      ),
    )
    expect(performance.now() - startedMs).toBeLessThan(45_000)
    expect(results.map(({ code, output }) => [code, output])).toEqual(Array(4).fill([1, '']))
    expect(results.map(({ errors }) => errors)).toEqual([
      expect.stringMatching(/^Cannot profile: no answer from \S+ \(.*timeout\)\n$/),
      `Cannot profile: no whole answer from ${url}/endless (it did not end in time)\n`,
      `Cannot profile: no whole answer from ${url}/broken (the body could not be read)\n`,
      `Cannot profile: ${url}/echo answered 403: not Bearer [redacted]\n`,
    ])
    server.closeAllConnections()
    server.close()
  }, 60_000)

  it('is said under its own name by a Node that is too old', () => {
    const old =
      'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } })'
    const main = fileURLToPath(new URL('../../../viewer/main.ts', import.meta.url))
    const by = ['--import', `data:text/javascript,${encodeURIComponent(old)}`, main]
    const said = (...args: string[]) =>
      spawnSync(process.execPath, [...by, ...args], { encoding: 'utf8' }).stderr
    expect(said('profile')).toMatch(
      /^Cannot profile: hono-observability profile needs Node 22\.13 or later, this is 20\.1\.0\./,
    )
    expect(said()).toMatch(/^Cannot start: hono-observability's viewer needs Node 22\.13/)
  })

  it('ends with 2 for a wrong command line, and says how it is used', async () => {
    const { code, errors } = await profile('--seconds', '0')
    expect([code, errors]).toEqual([
      2,
      expect.stringContaining('hono-observability profile [options]'),
    ])
    const help = await profile('--help')
    expect([help.code, help.output]).toEqual([0, expect.stringContaining('--inspector URL')])
  })
})
