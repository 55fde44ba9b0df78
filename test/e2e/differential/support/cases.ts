import { GROUPS } from '../routes/all.ts'
import type { Runtime, Sent } from '../routes/group.ts'

/** One test: what is asked of every variant, by the way in which it is asked. */
export interface Case {
  name: string
  asks: Readonly<Record<string, Sent>>
}

/** What is asked on a runtime. Each route with GET and HEAD from outside, and by a caller within the server. */
export const casesOn = (runtime: Runtime): Case[] => {
  const cases: Case[] = []
  for (const { path, on, routes = {}, requests = {} } of GROUPS) {
    if (on && !on.includes(runtime)) {
      continue
    }
    for (const name of Object.keys(routes)) {
      const route = `${path}/${name}`
      cases.push({
        name: route,
        asks: {
          GET: { path: route },
          HEAD: { method: 'HEAD', path: route, once: true },
          'GET from inside': { path: `/inside${route}`, once: true },
        },
      })
    }
    for (const [name, sent] of Object.entries(requests)) {
      cases.push({ name: `${path}: ${name}`, asks: { [sent.method ?? 'GET']: sent } })
    }
  }
  return cases
}
