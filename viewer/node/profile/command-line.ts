import { parseArgs } from 'node:util'
import { UsageError } from '../command-line.ts'

/** What the command line of `profile` says. */
export interface ProfileCommand {
  kind: 'cpu' | 'heap'
  seconds: number
  /** Where the profile is made: by an inspector, or by the routes of an app. */
  from: { inspector: URL; target: string | undefined } | { url: URL; token: string | undefined }
  /** The file to be written; undefined for none. */
  out: string | undefined
  viewer: { url: URL; token: string | undefined } | undefined
  service: string | undefined
  /** Rows of the table. */
  top: number
  help: boolean
}

export const PROFILE_USAGE = `Profiles a local Worker, or an app on Deno, Bun or Node, while it runs.

Usage: npx hono-observability profile [options]

  --inspector URL       the inspector of wrangler dev or of a process (default http://127.0.0.1:9229)
  --target TEXT         which Worker, where the inspector has several
  --url URL             an app with profileRoutes() instead, such as http://localhost:8000
  --token TOKEN         what opens them (also PROFILE_TOKEN)
  --heap                who allocates what lives on, instead of who takes CPU time
  --seconds N           for so long, from 1 to 60 (default 10)
  --out FILE            .cpuprofile, .heapprofile (DevTools) or .pb.gz (pprof); by default the first, named by the time
  --viewer URL          show it in this viewer; then a file is written only with --out
  --viewer-token TOKEN  what opens the viewer (also VIEWER_TOKEN)
  --service NAME        join it there with the requests of this service only
  --top N               functions in the table (default 15; 0 prints none)
  --help                show this text

Exit codes: 0 done, 1 no profile or nowhere to put it, 2 a wrong command line.`

/** As the routes of an app allow. */
const MAX_SECONDS = 60
const MAX_TOP = 1000

/**
 * Reads the command line.
 *
 * @throws UsageError with a message for the user.
 */
export function parseProfileCommand(args: string[], env: NodeJS.ProcessEnv): ProfileCommand {
  const values = readOptions(args)
  const kind = values.heap ? 'heap' : 'cpu'
  if (values.url && values.inspector)
    throw new UsageError('Cannot profile: `--url` or `--inspector`, not both')
  const viewer = values.viewer && urlOf('--viewer', values.viewer, HTTP)
  return {
    kind,
    seconds: between('--seconds', values.seconds, 1, MAX_SECONDS),
    from: values.url
      ? {
          url: urlOf('--url', values.url, HTTP),
          token: tokenOf('--token', values.token, 'PROFILE_TOKEN', env),
        }
      : {
          inspector: urlOf('--inspector', values.inspector || 'http://127.0.0.1:9229', HTTP_OR_WS),
          target: values.target,
        },
    out: values.out === undefined ? undefined : fileOf(values.out, kind),
    viewer: viewer
      ? {
          url: viewer,
          token: tokenOf('--viewer-token', values['viewer-token'], 'VIEWER_TOKEN', env),
        }
      : undefined,
    service: values.service,
    top: between('--top', values.top, 0, MAX_TOP),
    help: values.help,
  }
}

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        inspector: { type: 'string' },
        target: { type: 'string' },
        url: { type: 'string' },
        token: { type: 'string' },
        heap: { type: 'boolean', default: false },
        seconds: { type: 'string', default: '10' },
        out: { type: 'string' },
        viewer: { type: 'string' },
        'viewer-token': { type: 'string' },
        service: { type: 'string' },
        top: { type: 'string', default: '15' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const HTTP = ['http:', 'https:']
const HTTP_OR_WS = [...HTTP, 'ws:', 'wss:']

const wrong = (option: string, rule: string, received: string): UsageError =>
  new UsageError(`Cannot profile: \`${option}\` must be ${rule}, received "${received}"`)

/** What a header may have, without what is cut off at its ends. */
const TOKEN = /^[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?$/

function tokenOf(
  option: string,
  given: string | undefined,
  variable: string,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const token = given || env[variable] || undefined
  if (token === undefined || TOKEN.test(token)) return token
  const name = given ? option : variable
  // It is a secret, so it is not repeated.
  throw new UsageError(
    `Cannot profile: \`${name}\` must be a text that a header can hold, without line breaks or spaces around it, received one of ${token.length} characters that is not`,
  )
}

function urlOf(option: string, text: string, protocols: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // Nor is a password.
  if (url?.username || url?.password) {
    throw new UsageError(
      `Cannot profile: \`${option}\` must be a URL without user name and password, received one with them`,
    )
  }
  if (url && protocols.includes(url.protocol)) return url
  const names = protocols.map((protocol) => protocol.slice(0, -1)).join(', ')
  throw wrong(option, `a URL of ${names}`, text)
}

function between(option: string, text: string, least: number, most: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= least && value <= most) return value
  throw wrong(option, `a number from ${least} to ${most}`, text)
}

function fileOf(path: string, kind: ProfileCommand['kind']): string {
  const own = kind === 'heap' ? '.heapprofile' : '.cpuprofile'
  if (path.endsWith(own) || path.endsWith('.pb.gz')) return path
  throw wrong('--out', `a file that ends with ${own} or .pb.gz`, path)
}
