import type { Group } from './group.ts'

/** Made once, and returned again and again. */
const lazily = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
const keptEmpty = new Response(null, { status: 200, headers: { 'X-Kept': 'yes' } })
const keptTimed = new Response(null, { headers: { 'Server-Timing': 'a;dur=1' } })
const keptRedirect = lazily(() => Response.redirect('http://example.com/kept'))

/** The same response for every request. Bun takes the headers from one that it has sent: there, nobody can. */
export const kept: Group = {
  path: '/kept',
  on: ['workerd', 'deno', 'node'],
  routes: {
    empty: () => keptEmpty,
    timed: () => keptTimed,
    redirect: () => keptRedirect(),
  },
  requests: {
    'a second time': { path: '/kept/empty' },
    'timed, a second time': { path: '/kept/timed' },
    'for a caller with an id': {
      path: '/kept/empty',
      headers: [['X-Request-Id', 'callers-own']],
    },
  },
}
