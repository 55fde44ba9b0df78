import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { boardQueries } from './dashboards-queries.ts'
import { MONITORING } from './tools.ts'

console.warn(
  'NOT TESTED: that Alloy takes its configuration. No Alloy, nor its syntax, could be had.',
)

const config = readFileSync(`${MONITORING}alloy/config.alloy`, 'utf8')
const code = config.replaceAll(/^\s*\/\/.*$/gm, '')

it('the configuration of Alloy refers to components and exports that are there', () => {
  const components = new Set(
    [...code.matchAll(/^([a-z]+(?:\.[a-z_]+)+) "(\w+)" \{$/gm)].map(
      ([, type, label]) => `${type}.${label}`,
    ),
  )
  expect(components.size).toBe(9)
  const EXPORTS: Readonly<Record<string, readonly string[]>> = {
    'local.file_match': ['targets'],
    'discovery.docker': ['targets'],
    'discovery.relabel': ['output'],
    'loki.relabel': ['rules', 'receiver'],
    'loki.process': ['receiver'],
    'loki.write': ['receiver'],
  }
  const references = [...code.matchAll(/[=[] *((?:[a-z_]+\.)+[a-z_]+)\.(\w+)\b/g)]
  expect(references.length).toBe(8)
  for (const [whole, component = '', name = ''] of references) {
    expect(components, whole).toContain(component)
    expect(EXPORTS[component.slice(0, component.lastIndexOf('.'))], whole).toContain(name)
  }
})

it('the configuration of Alloy closes what it opens', () => {
  const bare = code.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
  const open: string[] = []
  for (const char of bare.replaceAll(/[^{}[\]]/g, '')) {
    if (char === '{' || char === '[') open.push(char)
    else expect(open.pop()).toBe(char === '}' ? '{' : '[')
  }
  expect(open).toEqual([])
})

it('the configuration of Alloy keeps beside the line all that it takes out of it', () => {
  const block = (name: string): string[] =>
    [
      ...(new RegExp(`${name} \\{([\\s\\S]*?)\\n  \\}`).exec(code)?.[1] ?? '').matchAll(
        /^ *"(\w+)" +=/gm,
      ),
    ].map(([, key = '']) => key)
  const taken = block('stage\\.json')
  expect(taken.length).toBeGreaterThan(10)
  expect(block('stage\\.structured_metadata').toSorted()).toEqual(
    taken.filter((key) => !['timestamp', 'service_name'].includes(key)).toSorted(),
  )
})

it('the configuration of Alloy has what dashboards ask of logs', () => {
  const kept = new Set(code.match(/^ *"(\w+)" +=/gm)?.map((line) => line.trim().split('"')[1]))
  const asked = boardQueries()
    .filter(({ source }) => source === 'loki')
    .flatMap(({ expr }) => [...expr.matchAll(/\| (?:unwrap )?([a-z_]+) ?(?:=|!=|>|<|\[|\))/g)])
    .map(([, key]) => key)
  expect(asked.length).toBeGreaterThan(3)
  expect([...new Set(asked)].filter((key) => !kept.has(key))).toEqual([])
})
