import type { Context, MiddlewareHandler } from 'hono'
import { guard } from '../../base/guard.ts'
import { readProperty } from '../../base/thrown.ts'
import { sayOnRequest } from './on-request.ts'
import { countFailures, type ValidationHook } from './validation.ts'

/** An `OpenAPIHono` of `@hono/zod-openapi`, for as much as this needs of it. */
export interface OpenApiApp {
  readonly openAPIRegistry: { readonly definitions: readonly unknown[] }
  // biome-ignore lint/suspicious/noExplicitAny: its own type, of any environment
  defaultHook?: any
}

/** Routes that an app has described, by method and path as Hono has them. */
type Operations = ReadonlyMap<string, unknown>

/**
 * Says on the span and line of each request which operation of an OpenAPI description it is
 * (`hono.openapi.operation_id`), and counts fields that failed their schema as `countedValidator` does.
 *
 * Register it on the app that the description is of, right behind `observability()`. It takes the place of the app's
 * `defaultHook`, and calls the one that was there. Of a route with a hook of its own, or a sub-app with a `defaultHook`
 * of its own, failures are not counted.
 *
 * @param app - An `OpenAPIHono`. Routes may be added later.
 * @returns A Hono middleware.
 *
 * @example
 * ```ts
 * import { OpenAPIHono } from '@hono/zod-openapi'
 * import { observability } from 'hono-observability'
 * import { openapiOperations } from 'hono-observability/hono'
 *
 * const app = new OpenAPIHono()
 * app.use(observability(), openapiOperations(app))
 * ```
 */
export const openapiOperations = (app: OpenApiApp): MiddlewareHandler => {
  let operations: Operations = new Map()
  let size = -1
  const find = (c: Context): unknown => {
    const { definitions } = app.openAPIRegistry
    if (definitions.length !== size) {
      size = definitions.length
      operations = read(app)
    }
    const route = c.req.matchedRoutes.find(({ method, path }) =>
      operations.has(`${method} ${path}`),
    )
    return route && operations.get(`${route.method} ${route.path}`)
  }
  const before = app.defaultHook as ValidationHook | undefined
  app.defaultHook = ((result, c) => {
    guard(() => {
      const target = result.target ?? ''
      countFailures(result, c, target, schemaOf(find(c), target))
    })
    return before?.(result, c)
  }) satisfies ValidationHook
  return async function openapiOperations(c, next) {
    guard(() => {
      const id = readProperty(find(c), 'operationId')
      if (typeof id === 'string') {
        sayOnRequest({ 'hono.openapi.operation_id': id })
      }
    })
    await next()
  }
}

const read = (app: OpenApiApp): Operations => {
  const base = readProperty(app, '_basePath')
  const prefix = typeof base === 'string' ? base.replace(/\/$/, '') : ''
  const operations = new Map<string, unknown>()
  for (const definition of app.openAPIRegistry.definitions) {
    const route = readProperty(definition, 'route')
    const [method, path] = [readProperty(route, 'method'), readProperty(route, 'path')]
    if (typeof method === 'string' && typeof path === 'string') {
      const own = prefix && path === '/' ? '' : path.replace(/\/\{([^{}/]+)\}/g, '/:$1')
      operations.set(`${method.toUpperCase()} ${prefix}${own}`, route)
    }
  }
  return operations
}

/** Where a description has what a validator's target is checked against. */
const PARTS: Readonly<Record<string, string>> = {
  query: 'query',
  param: 'params',
  header: 'headers',
  cookie: 'cookies',
}

const schemaOf = (route: unknown, target: string): unknown => {
  const request = readProperty(route, 'request')
  if (Object.hasOwn(PARTS, target)) {
    return readProperty(request, PARTS[target] as string)
  }
  const content = readProperty(readProperty(request, 'body'), 'content')
  const types = typeof content === 'object' && content !== null ? Object.keys(content) : []
  const type = types.find((name) => name.includes(target))
  return type && readProperty(readProperty(content, type), 'schema')
}
