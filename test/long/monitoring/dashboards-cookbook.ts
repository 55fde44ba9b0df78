import { readFile } from 'node:fs/promises'
import type { Source } from '../../../monitoring/grafana/source/panel.ts'

const PAGE = `${import.meta.dirname}/../../../docs/monitoring.md`
const SOURCES: Readonly<Record<string, Source>> = {
  promql: 'prometheus',
  logql: 'loki',
  traceql: 'tempo',
}

/** The queries of the page about monitoring. */
export async function cookbook(): Promise<{ source: Source; expr: string }[]> {
  const text = await readFile(PAGE, 'utf8')
  return [...text.matchAll(/^```(promql|logql|traceql)\n([\s\S]*?)^```$/gm)].map(
    ([, language, query]) => ({
      source: SOURCES[language as string] as Source,
      expr: (query as string).trim(),
    }),
  )
}
