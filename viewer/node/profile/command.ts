import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { MalformedRequest } from '../../otlp/shape.ts'
import { pprofOf } from '../../profile/pprof.ts'
import { type Profile, sumOf } from '../../profile/profile.ts'
import { readProfile } from '../../profile/read.ts'
import { profileByApp } from './app.ts'
import { PROFILE_USAGE, type ProfileCommand, parseProfileCommand } from './command-line.ts'
import { profileByInspector } from './inspector.ts'
import { plain } from './plain.ts'
import { CannotProfile, type Recording, reasonOf, withoutToken } from './recording.ts'
import { amountOf, topTable } from './top-table.ts'

const VIEWER_TIMEOUT_MS = 60_000

/** Runs `hono-observability profile`. Throws what `run` reports. */
export async function runProfile(args: string[]): Promise<void> {
  const command = parseProfileCommand(args, process.env)
  if (command.help) {
    print(PROFILE_USAGE)
    return
  }
  const { kind, seconds, from, top } = command
  if (process.stderr.isTTY) process.stderr.write(`Profiling for ${seconds} s …\n`)
  const recording =
    'url' in from
      ? await profileByApp(from.url, kind, seconds, from.token)
      : await profileByInspector(from.inspector, kind, seconds, from.target)
  const profile = read(recording)
  const table = topTable(profile, top, process.stdout.isTTY && !process.env.NO_COLOR)
  if (table) print(`${table}\n`)
  print(summaryOf(profile, recording))
  const out = command.out ?? (command.viewer ? undefined : fileName(kind, recording.startMs))
  if (out !== undefined) print(`Written to ${await write(out, profile, recording)}`)
  if (command.viewer) print(`Shown at ${await send(command.viewer, command, recording)}`)
}

function read({ text, durationMs }: Recording): Profile {
  try {
    return readProfile(text, durationMs)
  } catch (error) {
    if (error instanceof MalformedRequest) throw new CannotProfile(error.message)
    throw error
  }
}

function summaryOf(profile: Profile, { name, durationMs }: Recording): string {
  const sum = sumOf(profile)
  const what = plain(name)
  if (profile.kind === 'heap')
    return `${what}: ${amountOf(sum, 'By')} allocated in ${amountOf(durationMs, 'ms')} live on.`
  if (sum === 0)
    return `${what}: nothing ran in ${amountOf(profile.durationMs, 'ms')}. Send it requests meanwhile.`
  return `${what}: ${amountOf(sum, 'ms')} of work in ${amountOf(profile.durationMs, 'ms')}.`
}

const fileName = (kind: ProfileCommand['kind'], startMs: number): string =>
  `${kind}-${new Date(startMs).toISOString().replace(/\..*/, '').replaceAll(':', '-')}.${kind}profile`

async function write(out: string, profile: Profile, { text, startMs }: Recording): Promise<string> {
  try {
    await writeFile(out, out.endsWith('.pb.gz') ? gzipSync(pprofOf(profile, startMs)) : text)
  } catch (error) {
    throw new CannotProfile(`\`--out\` must be a file that can be written (${reasonOf(error)})`)
  }
  return resolve(out)
}

/** Where the viewer shows it. */
async function send(
  { url, token }: NonNullable<ProfileCommand['viewer']>,
  { service }: ProfileCommand,
  { text, name, startMs, durationMs }: Recording,
): Promise<string> {
  const target = new URL('/api/profiles', url)
  target.search = String(
    new URLSearchParams({
      name,
      startMs: String(startMs),
      durationMs: String(durationMs),
      ...(service !== undefined && { service }),
    }),
  )
  try {
    const response = await fetch(target, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: gzipSync(text),
      signal: AbortSignal.timeout(VIEWER_TIMEOUT_MS),
    })
    const answer = await response.text()
    if (response.status === 201) return new URL(`/profiles/${idIn(answer)}`, url).href
    throw new Error(`it answered ${response.status}: ${withoutToken(answer, token).slice(0, 300)}`)
  } catch (error) {
    throw new CannotProfile(`the viewer at ${url.origin} did not take it (${reasonOf(error)})`)
  }
}

const idIn = (answer: string): number => Number((JSON.parse(answer) as { id: number }).id)

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
