import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MAX_PUSH_AGE_MS } from '../../../src/export/aggregator/protocol.ts'
import { resolveConfig } from '../../../src/telemetry/config/resolve.ts'
import { NO_CAPS, PROOFS } from './limit-proofs.ts'

/** Parts of their own, whose pages name their limits. */
const ELSEWHERE =
  /^(bindings|classes|db|interop|process|export\/protobuf|export\/spill|export\/sdk)\//

const text = (file: string): string => readFileSync(file, 'utf8')

/** The numbers of the documentation, by row. */
const documented = new Map(
  text('docs/limits.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, , cap]) => /^\d+$/.test(cap ?? ''))
    .map(([, row = '', cap, setBy = '']) => [row, { cap: Number(cap), setBy }]),
)

/** The number of a constant in its source: a product, or the upper bound of a pattern. */
const constant = (source: string, name: string): number => {
  if (name === 'MAX_PUSH_AGE_MS') {
    return MAX_PUSH_AGE_MS
  }
  const code = text(`src/${source}.ts`)
  if (/^\d+$/.test(name)) {
    return new RegExp(`\\b${name}\\b`).test(code) ? Number(name) : Number.NaN
  }
  const value = new RegExp(`const ${name}\\b[^=]*= (.+)`).exec(code)?.[1] ?? ''
  return (/\{1,(\d+)\}/.exec(value)?.[1] ?? value)
    .split('*')
    .reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1)
}

const config = resolveConfig(
  {},
  () => undefined,
  () => {},
)

const option = (path: string): number => {
  const [destination] = [config.otlp].flat()
  let value: unknown = {
    ...config,
    otlp: { ...destination, batch: (destination as { batch?: unknown })?.batch },
  }
  for (const key of path.split('.')) {
    value = (value as Record<string, unknown>)[key]
  }
  return value as number
}

it('the documentation has a row for each limit, and no other', () => {
  expect([...documented.keys()].toSorted()).toEqual(Object.keys(PROOFS).toSorted())
})

describe.each(Object.entries(PROOFS))('%s', (row, [source, name, file, test]) => {
  it('is what the documentation says', () => {
    const { cap, setBy } = documented.get(row) ?? {}
    expect(source === 'option' ? option(name) : constant(source, name)).toBe(cap)
    const options = text('docs/configuration.md')
    expect(setBy === '–' || options.includes(`| ${setBy} |`)).toBe(true)
  })

  it('is reached by a test', () => {
    expect(text(file)).toContain(test)
  })
})

it('every constant that is called a maximum is in the table, or bounds nothing that grows', () => {
  const known = new Set(Object.values(PROOFS).map(([source, name]) => `${source} ${name}`))
  const found = globSync('src/**/*.ts')
    .flatMap((file) =>
      [...text(file).matchAll(/^(?:export )?const (MAX\w*|\w+_MAX)\b/gm)].map(
        ([, name]) => `${file.slice('src/'.length, -'.ts'.length)} ${name}`,
      ),
    )
    .filter((name) => !known.has(name) && !NO_CAPS.includes(name) && !ELSEWHERE.test(name))
  expect(found).toEqual([])
})
