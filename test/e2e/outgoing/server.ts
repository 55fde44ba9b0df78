import { serve } from '../runtimes/serve.ts'
import { app } from './app.ts'
import { followRedirects } from './redirects.ts'

serve((request) =>
  new URL(request.url).pathname === '/redirects'
    ? (followRedirects(request, {}, undefined) as Promise<Response>)
    : app.fetch(request),
)
