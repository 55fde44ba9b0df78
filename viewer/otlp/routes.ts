import { Hono } from 'hono'
import type { Backend } from '../backend.ts'
import { errorAnswer } from './answer.ts'
import type { Signal } from './model.ts'
import { type Receiver, receive } from './receive.ts'

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs']

// Pages of any origin may send telemetry, since it is for the taking; none may read any.
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'retry-after',
}

/** OTLP/HTTP. */
export function otlpRoutes({ store, forwarder, options, now }: Backend): Hono {
  const app = new Hono()
  const receiver: Receiver = {
    maxBodyBytes: options.maxBodyBytes,
    write: (signal, request) => store.write(signal, request, now()),
    onPost(post) {
      store.count(post, now())
      store.sweep(now())
    },
    onAccepted: (signal, request, body) => forwarder?.offer(signal, request, body),
  }
  for (const signal of SIGNALS) {
    // Some senders add a slash to the address that they are given.
    const paths = [`/v1/${signal}`, `/v1/${signal}/`]
    app.on('OPTIONS', paths, (c) => {
      const headers: Record<string, string> = {
        ...CORS,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': c.req.header('access-control-request-headers') ?? '*',
        'access-control-max-age': '7200',
      }
      if (c.req.header('access-control-request-private-network')) {
        headers['access-control-allow-private-network'] = 'true'
      }
      return c.body(null, 204, headers)
    })
    app.on('POST', paths, async (c) => withCors(await receive(receiver, signal, c.req.raw)))
    for (const path of paths) {
      app.all(path, () =>
        withCors(errorAnswer('json', 405, 'OTLP is sent by POST', { allow: 'POST' })),
      )
    }
  }
  app.all('/v1/*', () => withCors(errorAnswer('json', 404, 'there is no such signal')))
  // What an exporter of gRPC asks for, where it gets as far as HTTP.
  app.post('/:service{opentelemetry\\.proto\\.collector\\..+}/Export', () => {
    const message = 'OTLP over gRPC is not taken: send OTLP over HTTP, to /v1/traces and the like'
    return withCors(errorAnswer('json', 415, message))
  })
  return app
}

function withCors(response: Response): Response {
  for (const [name, value] of Object.entries(CORS)) response.headers.set(name, value)
  return response
}
