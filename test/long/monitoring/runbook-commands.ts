import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readProjectFile } from '../../support/docs/project.ts'
import { run } from './tools.ts'

const ROOT = `${import.meta.dirname}/../../../`
const PROGRAMS = /^(?:npx|npm|node|promtool|amtool|docker|curl|git|wrangler|logcli) /

/** Every command of a page: inline, or a line of a shell's block. Those joined by `&&` are several. */
export const commandsOf = (markdown: string): string[] => {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
  const inline = [...markdown.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)]
  const all = [
    ...inline.map(([, code = '']) => code),
    ...blocks.flatMap((each) => each.split('\n')),
  ]
  return all.flatMap((line) => line.split(' && ')).filter((line) => PROGRAMS.test(line))
}

/** Words before the first that is an option, a value to fill in or a quotation. */
const words = (command: string): string[] => {
  const all = command.split(' ')
  const end = all.findIndex((word) => /^[-<'"]/.test(word))
  return end < 0 ? all : all.slice(0, end)
}

const optionsOf = (command: string): string[] =>
  [...command.matchAll(/(?<= )--[a-z][a-z-]*/g)].map(([option]) => option)

const help = new Map<string, Promise<string>>()

/** What wrangler says of a command, and of the nearest that it knows otherwise. */
const helpOf = (command: string): Promise<string> => {
  const known = help.get(command)
  if (known) return known
  const asked = run(`${ROOT}node_modules/.bin/wrangler`, [...command.split(' '), '--help']).then(
    ({ output }) => output,
  )
  help.set(command, asked)
  return asked
}

/** Why wrangler would not take it; undefined if it would. */
async function wranglerFault(command: string): Promise<string | undefined> {
  const rest = command.replace(/^(?:npx )?wrangler /, '')
  const said = await helpOf(words(rest).join(' '))
  const [header = ''] = /^wrangler.*$/m.exec(said) ?? []
  const [, ...expected] = words(header.replaceAll('[', '<'))
  const positionals = header.match(/[[<]/g)?.length ?? 0
  const option = rest.search(/ -/)
  const given = (option < 0 ? rest : rest.slice(0, option)).split(' ')
  if (!expected.length || given.slice(0, expected.length).join(' ') !== expected.join(' ')) {
    return `wrangler has no such command: it answers with ${header}`
  }
  const isMany = header.includes('..]')
  if (!isMany && given.length > expected.length + positionals) return `${header} takes no more`
  const unknown = optionsOf(rest).filter((option) => !said.includes(`${option} `))
  return unknown.length ? `${header} has no ${unknown}` : undefined
}

/** Why Prometheus' or Alertmanager's tool would not take it. */
function toolFault(command: string): string | undefined {
  const [tool = '', ...rest] = words(command)
  const subcommands = rest.filter((word) => /^[a-z]+$/.test(word))
  const { status, stdout, stderr } = spawnSync(tool, [...subcommands, '--help'], {
    encoding: 'utf8',
  })
  if (status !== 0) return `${tool} has no ${subcommands.join(' ')}`
  const unknown = optionsOf(command).filter((option) => !`${stdout}${stderr}`.includes(option))
  return unknown.length ? `${tool} has no ${unknown}` : undefined
}

/** What there is of Compose and Docker, by their manuals: neither is needed for these tests. */
const DOCKER = new Set([
  ...['compose ps', 'compose restart', 'compose logs'],
  ...['system df', 'image ls', 'image prune'],
])

function dockerFault(command: string): string | undefined {
  const file = /-f (\S+)/.exec(command)?.[1]
  if (file && !existsSync(`${ROOT}${file}`)) return `there is no ${file}`
  const [, ...rest] = command.replace(/ -f \S+/, '').split(' ')
  return DOCKER.has(rest.slice(0, 2).join(' ')) ? undefined : 'docker has no such command'
}

const scripts = Object.keys(JSON.parse(readProjectFile('package.json')).scripts)

/** Why a command of a runbook cannot be run; undefined if it can. */
export async function commandFault(command: string): Promise<string | undefined> {
  const [program, first = '', second = ''] = command.split(' ')
  if (program === 'wrangler' || (program === 'npx' && first === 'wrangler')) {
    return wranglerFault(command)
  }
  if (program === 'promtool' || program === 'amtool') return toolFault(command)
  if (program === 'docker') return dockerFault(command)
  if (program === 'npm') {
    return first === 'run' && scripts.includes(second)
      ? undefined
      : 'package.json has no such script'
  }
  if (program === 'node') return existsSync(`${ROOT}${first}`) ? undefined : `there is no ${first}`
  return program === 'curl' || program === 'git' ? undefined : 'nobody knows this program'
}
