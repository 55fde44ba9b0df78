import type { Notification } from './pager.ts'
import type { GameDay, Played } from './play.ts'

const isPage = ({ receiver }: Notification): boolean => receiver.startsWith('pagerduty-')

/** How often somebody was woken: what is added to a page that is open wakes nobody. */
export const pagesOf = (notifications: readonly Notification[]): Notification[] => {
  const open = new Set<string>()
  return notifications.filter((each) => {
    const { receiver, service, status } = each
    if (!isPage(each)) return false
    const key = `${receiver} ${service}`
    const isNew = status === 'firing' && !open.has(key)
    if (status === 'firing') open.add(key)
    else open.delete(key)
    return isNew
  })
}

function faultsOfOne({ incident, notifications, pagedMs, resolvedMs }: Played): string[] {
  const { name, service, pages, alerts } = incident
  const woken = pagesOf(notifications)
  const [page] = woken
  const faults: string[] = []
  if (pagedMs === undefined || !page) return [`${name}: nobody was paged`]
  if (woken.length > 1) {
    const all = woken.map((each) => `${each.receiver} for ${each.service} (${each.firing})`)
    faults.push(`${name}: ${woken.length} pages: ${all.join('; ')}`)
  }
  if (page.receiver !== pages || page.service !== service) {
    faults.push(`${name}: paged ${page.receiver} for ${page.service}`)
  }
  const said = notifications.filter(isPage).flatMap(({ firing }) => firing)
  if (!alerts.some((alert) => said.includes(alert))) {
    faults.push(`${name}: said ${said} instead of ${alerts}`)
  }
  if (resolvedMs === undefined) faults.push(`${name}: was not resolved`)
  return faults
}

/** What was not as it should be; empty if all was. */
export const faultsOf = ({ played, before, heartbeats }: GameDay): string[] => [
  ...pagesOf(before).map(
    ({ receiver, firing }) => `paged ${receiver} while all was well: ${firing}`,
  ),
  ...(heartbeats ? [] : ["the dead man's switch heard nothing"]),
  ...played.flatMap(faultsOfOne),
]
