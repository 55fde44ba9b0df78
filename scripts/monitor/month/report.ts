import { HARMLESS, INCIDENTS, type Kind } from './events.ts'
import type { Score } from './score.ts'
import type { Month } from './simulate.ts'

const percent = (share: number): string => `${Math.round(share * 100)} %`

const median = (numbers: readonly number[]): number | undefined =>
  numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)]

const minutes = (count: number | undefined): string => (count === undefined ? '–' : `${count} min`)

/** Precision, recall and delays, for the docs. */
export const report = (month: Month, score: Score): string => {
  const { heard, pages, falsePages, others, falseOthers } = score
  const delays = heard.flatMap(({ page, incident }) =>
    page ? [Math.max(0, page.beginMinute - incident.beginMinute)] : [],
  )
  const byKind = Map.groupBy(heard, ({ incident }) => incident.kind)
  const rows = [...byKind].map(([kind, all]) => {
    const paged = all.filter(({ page }) => page)
    const after = paged.map(({ page, incident }) =>
      Math.max(0, (page?.beginMinute ?? 0) - incident.beginMinute),
    )
    const alerts = [...new Set(paged.flatMap(({ page }) => page?.alerts.slice(0, 2) ?? []))]
    const what = (INCIDENTS as Partial<Record<Kind, string>>)[kind]
    return `| ${kind}: ${what} | ${all.length} | ${paged.length} | ${all.filter(({ page, other }) => page ?? other).length} | ${minutes(median(after))} | ${alerts.join(', ') || '–'} |`
  })
  const missed = heard.filter(({ page }) => !page)
  const list = missed.map(
    ({ incident, other }) =>
      `- ${incident.kind}, ${incident.endMinute - incident.beginMinute} minutes, size ${Number(incident.size.toPrecision(2))}: ${other ? `told by ${other.alerts.join(', ')}` : 'nobody was told'}`,
  )
  return [
    `Seed ${month.seed}, ${month.minutes / 1440} days, ${heard.length} incidents, ${month.harmless.length} things that are none.`,
    '| | |',
    '|---|---|',
    `| precision of pages | ${percent(score.precision)}: ${pages.length - falsePages.length} of ${pages.length} were about an incident |`,
    `| recall of pages | ${percent(score.recall)}: ${heard.length - missed.length} of ${heard.length} incidents paged |`,
    `| recall of anything | ${percent(score.recallOfAny)}: a page, a warning or a ticket while it went on |`,
    `| precision of warnings and tickets | ${percent(others.length ? 1 - falseOthers.length / others.length : 1)} of ${others.length} |`,
    `| until the page, median and longest | ${minutes(median(delays))}, ${minutes(Math.max(...delays))} |`,
    '',
    '| incidents | there were | paged | told of | page after, median | by |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    ...(list.length ? ['Those that did not page:', '', ...list, ''] : []),
    'Tickets of single events (WorkflowRunFailed and the like) are not simulated: each failed run has one, at night too.',
    '',
    `What was not to page: ${Object.values(HARMLESS).join('; ')}. ${falsePages.length ? `These did: ${falsePages.map(({ alerts }) => alerts.join(', ')).join('; ')}.` : 'None did.'}`,
  ]
    .join('\n')
    .replace(/^(Seed .*)$/m, '$1\n')
}
