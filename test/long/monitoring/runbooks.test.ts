import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { boards } from '../../../monitoring/grafana/source/boards.ts'
import { allAlerts } from '../../../monitoring/prometheus/source/build.ts'
import { PARTS, runbooks } from '../../../monitoring/prometheus/source/runbook.ts'
import { thresholds } from '../../../monitoring/thresholds.ts'
import { commandFault, commandsOf } from './runbook-commands.ts'
import { areInstalled, fences, MONITORING } from './tools.ts'

const read = (name: string): string => readFileSync(`${MONITORING}runbooks/${name}.md`, 'utf8')
const names = [...new Set(allAlerts(thresholds).map(({ name }) => name))].sort()
const part = (page: string, title: string): string =>
  page.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? ''
const hasTools = areInstalled(['promtool', 'amtool'], 'commands of runbooks')

describe.each(names)('the runbook of %s', (name) => {
  const page = read(name)

  it('has every part, in the order in which they are needed', () => {
    expect(page.match(/^#.*$/gm)).toEqual([`# ${name}`, ...PARTS.map((title) => `## ${title}`)])
    for (const title of PARTS) {
      expect(
        part(page, title)
          .replace(/<!--.*-->/g, '')
          .trim().length,
        title,
      ).toBeGreaterThan(10)
    }
  })

  it('looks at queries and at a dashboard that is there', () => {
    const look = part(page, 'First look')
    expect(fences(look, 'promql').length).toBeGreaterThan(1)
    const shown = [...look.matchAll(/\/d\/([a-z]+)\?from=now-3h&to=now&var-service=/g)]
    const uids = boards.map(({ uid }) => uid)
    expect(shown.map(([, uid = '']) => uid).every((uid) => uids.includes(uid))).toBe(true)
    expect(shown).toHaveLength(2)
  })

  it('numbers its causes, and has something to do about them', () => {
    const causes = part(page, 'Likely causes').trim().split('\n')
    expect(causes.map((line) => line.split(' ')[0])).toEqual(causes.map((_, at) => `${at + 1}.`))
    expect(causes.length).toBeGreaterThan(1)
    expect(part(page, 'Mitigation')).toMatch(/^- /m)
  })

  it('knows the alerts that it leads to', () => {
    for (const [, to = ''] of page.matchAll(/\]\((\w+)\.md\)/g)) expect(names).toContain(to)
  })
})

describe('runbooks', () => {
  it('say of their alert what it says itself', () => {
    for (const [name, page] of runbooks(thresholds, read)) expect(read(name), name).toBe(page)
  })

  it('say how to go back, of everything that a deploy can do', () => {
    const critical = allAlerts(thresholds).filter(
      ({ severity, team }) => severity === 'critical' && team === 'application',
    )
    for (const { name } of critical) {
      expect(part(read(name), 'Mitigation'), name).toContain('npx wrangler rollback')
    }
  })

  it.runIf(hasTools)(
    'have commands that exist',
    async () => {
      const commands = [...new Set(names.flatMap((name) => commandsOf(read(name))))]
      expect(commands.length).toBeGreaterThan(30)
      const faults: string[] = []
      for (const command of commands) {
        const fault = await commandFault(command)
        if (fault) faults.push(`${command}: ${fault}`)
      }
      expect(faults).toEqual([])
    },
    120_000,
  )

  it.runIf(hasTools)(
    'would not get away with others',
    async () => {
      const wrong = [
        'npx wrangler queues stop <queue>',
        'npx wrangler queues info <queue> --verbose',
        'npx wrangler rollback now at once',
        'npm run rollback',
        'promtool check nothing',
        'docker compose rewind',
      ]
      const faults = await Promise.all(wrong.map(commandFault))
      expect(faults.map(Boolean)).toEqual(wrong.map(() => true))
    },
    60_000,
  )
})
