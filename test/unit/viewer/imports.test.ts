import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)
/** What the modules import, types left out; and what they load while they run. */
const importsOf = (pattern: string): [file: string, specifier: string][] =>
  globSync(pattern, { cwd: root, exclude: ['viewer/page/**'] }).flatMap((file) =>
    [...readFileSync(new URL(file, root), 'utf8').matchAll(IMPORT)].map(
      ([, from, loaded]): [string, string] => [file, from ?? loaded ?? ''],
    ),
  )

const IMPORT =
  /^(?:import|export) (?!type)[^'=]* from '([^']+)'|(?<!typeof )\bimport\('([^']+)'\)/gm

it('nothing that reaches a Worker bundle imports the viewer', () => {
  const found = importsOf('src/**/*.ts')
  expect(found.length).toBeGreaterThan(100)
  expect(found.filter(([, specifier]) => specifier.includes('viewer'))).toEqual([])
})

it('only the command imports Node, and only the Durable Object imports Workers', () => {
  const foreign = importsOf('viewer/**/*.ts').filter(([, specifier]) => !specifier.startsWith('.'))
  const others = foreign.filter(([file]) => !file.startsWith('viewer/node/'))
  expect(foreign.length).toBeGreaterThan(others.length)
  expect(others.sort()).toEqual([
    ['viewer/api/routes.ts', 'hono'],
    ['viewer/durable-viewer.ts', 'cloudflare:workers'],
    ['viewer/otlp/routes.ts', 'hono'],
    ['viewer/viewer.ts', 'hono'],
  ])
})
