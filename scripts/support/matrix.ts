import type { StarterResult } from '../starters/starter.ts'

/** What is used of vitest's JSON report. */
export interface Report {
  testResults: {
    assertionResults: { ancestorTitles: string[]; title: string; status: string }[]
  }[]
}

const RUNTIMES = ['workerd', 'deno', 'bun', 'node'] as const

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/**
 * What was tested, one test a row, on which runtime, with its outcome. A test is of a runtime when what is around it
 * says `on` and its name; what was not tried there has a dash.
 */
export const runtimeTable = (report: Report, versions: Record<string, string>): string => {
  const rows = new Map<string, Map<string, string>>()
  for (const { ancestorTitles, title, status } of report.testResults.flatMap(
    ({ assertionResults }) => assertionResults,
  )) {
    const [, runtime = '', about] =
      /\bon (workerd|deno|bun|node)\b(?:, (.+))?/.exec(ancestorTitles.join(' ')) ?? []
    if (runtime) {
      const name = about ? `${about}: ${title}` : title
      const row = rows.get(name) ?? new Map<string, string>()
      rows.set(name, row.set(runtime, status === 'passed' ? 'yes' : '**no**'))
    }
  }
  return table(
    ['', ...RUNTIMES.map((runtime) => `${runtime} ${versions[runtime] ?? ''}`.trim())],
    [...rows].map(([name, row]) => [
      name.replaceAll('|', '\\|'),
      ...RUNTIMES.map((runtime) => row.get(runtime) ?? '–'),
    ]),
  )
}

/** Projects from scratch, and whether a request became a span, a metric and a log record with its route. */
export const starterTable = (results: readonly StarterResult[]): string =>
  table(
    ['project', 'started by', 'traced, measured, logged', 'versions'],
    results.flatMap(({ name, versions, servers }) =>
      servers.map(({ title, isTraced }) => [
        name,
        title,
        isTraced ? 'yes' : '**no**',
        Object.entries(versions)
          .map(([tool, version]) => `${tool} ${version}`)
          .join(', '),
      ]),
    ),
  )

/** Puts text between two comments that a page has for it. */
export const replaceSection = (page: string, name: string, text: string): string => {
  const pattern = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(\n<!-- end of ${name} -->)`)
  if (!pattern.test(page)) {
    throw new Error(`Cannot write the matrix: the page must have <!-- ${name} -->`)
  }
  return page.replace(pattern, (_match, begin: string, end: string) => `${begin}\n${text}\n${end}`)
}
