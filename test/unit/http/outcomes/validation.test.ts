import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { zValidator } from '@hono/zod-validator'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { observability } from 'hono-observability'
import { countedValidator, openapiOperations } from 'hono-observability/hono'
import { captured } from 'hono-observability/testing'
import { describe, expect, it } from 'vitest'
import { json } from '../../../support/hono-own.ts'
import { counted } from '../../../support/whole-trace.ts'

const METRIC = 'hono.validation.failures'
const validate = countedValidator(zValidator)

const fieldsOf = (seen: Parameters<typeof counted>[0]) =>
  counted(seen, METRIC).map(
    (point) => `${point['hono.validation.target']} ${point['hono.validation.field'] ?? '(all)'}`,
  )

const setUp = () => {
  const app = new Hono()
  app.use(observability({}))
  return app
}

describe('a validator whose failures are counted', () => {
  it('says names of fields whole, blanks and all', async () => {
    const app = setUp()
    const schema = z.object({ 'first name': z.string(), 'first date': z.string() })
    app.post('/', validate('json', schema), (c) => c.text(''))
    const seen = await captured(app, '/', json({}))
    expect(fieldsOf(seen)).toEqual(['json first name', 'json first date'])
    expect(seen.spans[0]?.attributes['hono.validation.fields']).toEqual([
      'first name',
      'first date',
    ])
  })

  it('calls a hook of one’s own, and answers as it does', async () => {
    const app = setUp()
    const schema = z.object({ n: z.coerce.number() })
    app.get(
      '/hooked',
      validate('query', schema, (result, c) => {
        return result.success ? undefined : c.text('so not', 422)
      }),
      (c) => c.text(String(c.req.valid('query').n + 1)),
    )
    const wrong = await captured(app, '/hooked?n=x')
    expect([wrong.response.status, await wrong.response.text()]).toEqual([422, 'so not'])
    expect(fieldsOf(wrong)).toEqual(['query n'])
    const right = await captured(app, '/hooked?n=1')
    expect([await right.response.text(), fieldsOf(right)]).toEqual(['2', []])
  })

  it('has no field for a value that is wrong as a whole, and none of keys that the schema has not', async () => {
    const app = setUp()
    app.post('/', validate('json', z.strictObject({ a: z.string() })), (c) => c.text(''))
    const whole = await captured(app, '/', json([]))
    expect(fieldsOf(whole)).toEqual(['json (all)'])
    const seen = await captured(app, '/', json({ a: 'x', 'ann@example.com': 1 }))
    expect(fieldsOf(seen)).toEqual(['json (all)'])
    expect(JSON.stringify([seen.metrics, seen.spans, seen.logs])).not.toContain('ann@')
  })

  it('counts a body that could not be read, and no 400 of a handler’s', async () => {
    const app = setUp()
    const schema = z.object({ a: z.string() })
    app.post('/json', validate('json', schema), () => {
      throw new HTTPException(400, { message: 'not now' })
    })
    app.post('/form', validate('form', schema), (c) => c.text(''))
    const broken = (type: string) => ({
      method: 'POST',
      headers: { 'Content-Type': type },
      body: '{"a": ann@example.com',
    })
    for (const [path, target, type] of [
      ['/json', 'json', 'application/json'],
      ['/form', 'form', 'multipart/form-data; boundary=x'],
    ] as const) {
      const seen = await captured(app, path, broken(type))
      expect(seen.response.status).toBe(400)
      expect(counted(seen, METRIC)).toEqual([
        {
          name: METRIC,
          times: 1,
          'http.route': path,
          'hono.validation.target': target,
          'hono.validation.code': 'malformed',
        },
      ])
      expect(JSON.stringify([seen.metrics, seen.spans, seen.logs])).not.toContain('ann@')
    }
    const refused = await captured(app, '/json', json({ a: 'x' }))
    expect([refused.response.status, await refused.response.text()]).toEqual([400, 'not now'])
    expect(fieldsOf(refused)).toEqual([])
    expect(fieldsOf(await captured(app, '/json', json({})))).toEqual(['json a'])
  })

  it('counts a field once, however many items are wrong, and of many fields 32', async () => {
    const app = setUp()
    app.post('/list', validate('json', z.object({ list: z.array(z.number()) })), (c) => c.text(''))
    const shape = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, z.string()]))
    app.post('/many', validate('json', z.object(shape)), (c) => c.text(''))
    app.post(
      '/late',
      validate('json', z.object({ list: z.array(z.number()), z: z.string() })),
      (c) => c.text(''),
    )
    const list = await captured(app, '/list', json({ list: Array(5000).fill('x') }))
    expect(fieldsOf(list)).toEqual(['json list[]'])
    expect(counted(list, METRIC)[0]).toMatchObject({ times: 1 })
    const many = await captured(app, '/many', json({}))
    expect(fieldsOf(many)).toHaveLength(32)
    // The rest is not looked at: of 1000 wrong items no other field is seen.
    const late = await captured(app, '/late', json({ list: Array(1000).fill('x') }))
    expect(fieldsOf(late)).toEqual(['json list[]'])
  })
})

describe('an app with an OpenAPI description', () => {
  const make = () => {
    const root = new OpenAPIHono()
    root.use(observability({}), openapiOperations(root))
    return root
  }
  const route = (path: string, more: object = {}) =>
    createRoute({
      method: 'get',
      path,
      operationId: `get ${path}`,
      request: { query: z.object({ n: z.coerce.number().optional() }) },
      responses: { 200: { description: 'ok' } },
      ...more,
    })
  const idOf = ({ spans }: { spans: { attributes: object }[] }) =>
    (({ ...spans[0]?.attributes }) as Record<string, unknown>)['hono.openapi.operation_id']

  it('has the id of the operation on its span, also of sub-apps', async () => {
    const app = make()
    app.openapi(route('/'), (c) => c.text('root'))
    const sub = new OpenAPIHono()
    sub.openapi(route('/items/{id}'), (c) => c.text('item'))
    app.route('/sub', sub)
    app.get('/other', (c) => c.text('other'))
    expect(idOf(await captured(app, '/'))).toBe('get /')
    expect(idOf(await captured(app, '/sub/items/7'))).toBe('get /items/{id}')
    const wrong = await captured(app, '/sub/items/7?n=x')
    expect([wrong.response.status, fieldsOf(wrong)]).toEqual([400, ['query n']])
    expect(idOf(await captured(app, '/other'))).toBeUndefined()
  })

  it('has it below a base path as well', async () => {
    const app = new OpenAPIHono().basePath('/v1')
    app.use(observability({}), openapiOperations(app))
    app.openapi(route('/items/{id}'), (c) => c.text('item'))
    expect(idOf(await captured(app, '/v1/items/7'))).toBe('get /items/{id}')
  })

  it('keeps the default hook that it had', async () => {
    const app = new OpenAPIHono({
      defaultHook: (result, c) => (result.success ? undefined : c.text('so not', 422)),
    })
    app.use(observability({}), openapiOperations(app))
    app.openapi(route('/a'), (c) => c.text('a'))
    const seen = await captured(app, '/a?n=x')
    expect([seen.response.status, fieldsOf(seen)]).toEqual([422, ['query n']])
  })
})
