import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nameHint, secretNames } from '../../../../src/logs/secret-names.ts'
import { measure, rates } from './measure.ts'
import { SECRET_KEYS } from './names.ts'
import { SECRET_TEXTS } from './texts.ts'

const outcomes = measure()
const kinds = [...new Set(outcomes.map(({ kind }) => kind))]
const wrong = outcomes.filter(({ isSecret, isRedacted }) => isSecret !== isRedacted)

/** The table of docs/logging.md, as it has to be. */
const table = (): string => {
  const rows = kinds.map((kind) => {
    const own = outcomes.filter((outcome) => outcome.kind === kind)
    const right = own.filter(({ isSecret, isRedacted }) => isSecret === isRedacted).length
    return `| ${kind} | ${own.length} | ${right} |`
  })
  return ['| kind | probes | right |', '|---|---|---|', ...rows].join('\n')
}

describe('the corpus of secrets', () => {
  it('has more than three hundred secrets and as many look-alikes, each once', () => {
    const secrets = outcomes.filter(({ isSecret }) => isSecret)
    expect(secrets.length).toBeGreaterThan(300)
    expect(outcomes.length - secrets.length).toBeGreaterThan(300)
    expect(new Set(outcomes.map(({ kind, probe }) => `${kind} ${probe}`)).size).toBe(
      outcomes.length,
    )
  })

  it('is redacted, but for what has neither name nor form', () => {
    expect(wrong.map(({ probe }) => probe)).toEqual([
      '{b6440}',
      '{hex32}',
      '{hex40}',
      '{uuid}',
      '{an40}',
      '{url64}',
      '{low20}',
      '{dig15}|{url27}',
      'order 4000123412341234',
    ])
  })

  it('gives the rates that the documentation publishes', () => {
    const { precision, recall } = rates(outcomes)
    const page = readFileSync(`${import.meta.dirname}/../../../../docs/logging.md`, 'utf8')
    expect(page).toContain(table())
    expect(page).toContain(`recall ${recall} %, precision ${precision} %`)
  })

  it('has no name that the cheap look before the search does not see', () => {
    const hint = nameHint([])
    const names = new RegExp(`(?:${secretNames([])})`, 'i')
    for (const text of [...SECRET_KEYS, ...SECRET_TEXTS]) {
      if (names.test(text)) expect(text).toMatch(hint)
    }
  })
})
