import type { Env, Runtime } from '../routes/group.ts'
import { arrived } from '../routes/requests.ts'
import { makeApp } from './app.ts'
import { callInside } from './inside.ts'
import type { Variant } from './variants.ts'

type Fetch = (request: Request, env: Env, context?: object) => Promise<Response>

/** What a server calls: the app, or, below `/inside`, a caller of the app within the server. */
export const makeFetch = (runtime: Runtime, variant: Variant): Fetch => {
  const app = makeApp(runtime, variant)
  const fetch: Fetch = async (request, env, context) => {
    arrived.add(request)
    if (context) {
      arrived.add(context)
    }
    return app.fetch(request, env, context as never)
  }
  return async (request, env, context) => {
    const { pathname, origin } = new URL(request.url)
    if (pathname === '/ping') {
      return new Response('pong')
    }
    if (pathname.startsWith('/inside/')) {
      const target = origin + pathname.slice('/inside'.length)
      return callInside(() => fetch(new Request(target), env, context), env, target)
    }
    return fetch(request, env, context)
  }
}
