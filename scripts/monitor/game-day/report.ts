import type { GameDay } from './play.ts'
import { minutesOf } from './timeline.ts'
import { pagesOf } from './verdict.ts'

const minutes = (day: GameDay, ms: number): string => `${minutesOf(day, ms).toFixed(0)} min`

/** A table of who was paged, when, and when it was resolved, in minutes of production. */
export const report = (day: GameDay): string =>
  [
    '| incident | who was paged | what the page said | paged after | resolved after its end |',
    '|---|---|---|---|---|',
    ...day.played.map(({ incident, beganMs, endedMs, pagedMs, resolvedMs, notifications }) => {
      const pages = notifications.filter(({ receiver }) => receiver === incident.pages)
      const said = [...new Set(pages.flatMap(({ firing }) => firing))]
      const who = pagesOf(notifications).map(({ receiver }) => `\`${receiver}\``)
      return `| ${[
        `**${incident.name}**: ${incident.what}`,
        who.join(', ') || 'nobody',
        said.join(', ') || '–',
        pagedMs === undefined ? '–' : minutes(day, pagedMs - beganMs),
        resolvedMs === undefined ? '–' : minutes(day, resolvedMs - endedMs),
      ].join(' | ')} |`
    }),
  ].join('\n')
