import { readFile } from 'node:fs/promises'
import type { Source } from '../../../monitoring/grafana/source/panel.ts'

const DOCS = `${import.meta.dirname}/../../../docs`
const PAGES = ['monitoring.md', 'users.md']
const SOURCES: Readonly<Record<string, Source>> = {
  promql: 'prometheus',
  logql: 'loki',
  traceql: 'tempo',
}

/** The queries of the pages about monitoring. */
export async function cookbook(): Promise<{ source: Source; expr: string }[]> {
  const pages = await Promise.all(PAGES.map((page) => readFile(`${DOCS}/${page}`, 'utf8')))
  const text = pages.join('\n')
  return [...text.matchAll(/^```(promql|logql|traceql)\n([\s\S]*?)^```$/gm)].map(
    ([, language, query]) => ({
      source: SOURCES[language as string] as Source,
      expr: (query as string).trim(),
    }),
  )
}
