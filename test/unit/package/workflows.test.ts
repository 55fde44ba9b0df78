import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readProjectFile, root } from '../../support/docs/project.ts'

interface Workflow {
  on: Record<string, unknown>
  permissions: Record<string, string>
  jobs: Record<
    string,
    { strategy?: { matrix: Record<string, unknown> }; steps: { run?: string }[] }
  >
}

const files = globSync('.github/workflows/*.yml', { cwd: root }).map((file) =>
  file.replaceAll('\\', '/'),
)
const read = (file: string): Workflow => parse(readProjectFile(file)) as Workflow
const commandsOf = (file: string): string[] =>
  Object.values(read(file).jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))

describe.each(files)('%s', (file) => {
  it('runs scripts that are there', () => {
    const { scripts } = JSON.parse(readProjectFile('package.json')) as {
      scripts: Record<string, string>
    }
    const commands = commandsOf(file).join('\n')
    const named = [...commands.matchAll(/npm (?:--\S+(?: head)? )*run (\w[\w:-]*)/g)].map(
      ([, name = '']) => name,
    )
    const paths = [...commands.matchAll(/(?:node|bash) ((?:scripts|\.ci)\/\S+)/g)].map(
      ([, path = '']) => path,
    )
    expect(named.filter((name) => !scripts[name])).toEqual([])
    expect(globSync(paths, { cwd: root })).toHaveLength(new Set(paths).size)
  })

  it('may write nowhere, but for the release that says who it is', () => {
    const { permissions } = read(file)
    const writes = Object.entries(permissions).filter(([, right]) => right === 'write')
    expect(writes.map(([name]) => name)).toEqual(file.includes('release') ? ['id-token'] : [])
  })
})

it('CI runs on three systems with three versions of Node', () => {
  const { everywhere } = read('.github/workflows/ci.yml').jobs
  expect(everywhere?.strategy?.matrix).toEqual({
    os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
    node: [20, 22, 24],
  })
})

it('only the release asks for provenance', () => {
  const asking = files.filter((file) =>
    commandsOf(file).some((command) => /--provenance/.test(command)),
  )
  expect(asking).toEqual(['.github/workflows/release.yml'])
  expect(readProjectFile('package.json')).not.toContain('"provenance"')
})
