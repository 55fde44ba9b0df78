import type { Event } from './events.ts'
import { grouped, type Told } from './firing.ts'
import type { Month } from './simulate.ts'

/** An incident, and what became of it. */
export interface Heard {
  readonly incident: Event
  /** The first page that is about it. */
  readonly page: Told | undefined
  /** The first warning or ticket. */
  readonly other: Told | undefined
}

export interface Score {
  readonly heard: readonly Heard[]
  readonly pages: readonly Told[]
  readonly falsePages: readonly Told[]
  readonly others: readonly Told[]
  readonly falseOthers: readonly Told[]
  /** Of all pages, the share that is about an incident. */
  readonly precision: number
  /** Of all incidents, the share that paged. */
  readonly recall: number
  /** Of all incidents, the share that anybody was told of. */
  readonly recallOfAny: number
}

/** `group_interval` of Alertmanager: what begins so soon after the rest has ended is told with it. */
const WAIT_MINUTES = 5
/** What is seen in a window of half an hour ends so much later than its cause. */
const AFTER_MINUTES = 35
/** A slow burn is seen in windows of hours. */
const AFTER_OTHERS_MINUTES = 3 * 1440

/** Compares what was told of production with what went wrong in it. */
export const scoreOf = (month: Month): Score => {
  const production = month.firings.filter(({ environment }) => environment === 'production')
  const pages = grouped(
    production.filter(({ severity }) => severity === 'critical'),
    WAIT_MINUTES,
  )
  const others = grouped(
    production.filter(({ severity }) => severity !== 'critical'),
    WAIT_MINUTES,
  )
  const incidents = month.incidents.filter(({ beginMinute }) => beginMinute < month.minutes)
  const isAbout =
    (after: number) =>
    (told: Told, { beginMinute, endMinute }: Event): boolean =>
      told.endMinute >= beginMinute && told.beginMinute <= endMinute + after
  const [page, other] = [isAbout(AFTER_MINUTES), isAbout(AFTER_OTHERS_MINUTES)]
  const heard = incidents.map(
    (incident): Heard => ({
      incident,
      page: pages.find((told) => page(told, incident)),
      other: others.find(
        (told) =>
          told.beginMinute >= incident.beginMinute && isAbout(AFTER_MINUTES)(told, incident),
      ),
    }),
  )
  const falsePages = pages.filter((told) => !incidents.some((each) => page(told, each)))
  const falseOthers = others.filter((told) => !incidents.some((each) => other(told, each)))
  const share = (part: number, all: number): number => (all ? part / all : 1)
  return {
    heard,
    pages,
    falsePages,
    others,
    falseOthers,
    precision: share(pages.length - falsePages.length, pages.length),
    recall: share(heard.filter((each) => each.page).length, heard.length),
    recallOfAny: share(heard.filter((each) => each.page ?? each.other).length, heard.length),
  }
}
