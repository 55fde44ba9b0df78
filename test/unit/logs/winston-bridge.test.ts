import { OpenTelemetryTransportV3 } from '@opentelemetry/winston-transport'
import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { expect, it, vi } from 'vitest'
import winston from 'winston'

it('records of winston leave with the ids of the request they were written in', async () => {
  const written: string[] = []
  vi.spyOn(console, 'warn').mockImplementation((line) => void written.push(String(line)))
  const app = new Hono()
  app.use(
    observability({
      service: { name: 'bridge' },
      otlp: false,
      logs: { access: false },
    }),
  )
  let logger: winston.Logger | undefined
  app.get('/orders/:id', (c) => {
    logger ??= winston.createLogger({ transports: [new OpenTelemetryTransportV3()] })
    logger.warn('stock is low', { 'order.id': c.req.param('id'), password: 'hunter2' })
    return c.text('ok')
  })
  const response = await app.request('/orders/7', {
    headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  })
  await vi.waitFor(() => expect(written).toHaveLength(1))
  expect(JSON.parse(written[0] as string)).toMatchObject({
    level: 'warn',
    message: 'stock is low',
    'service.name': 'bridge',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    request_id: response.headers.get('x-request-id'),
    'order.id': '7',
    password: '[REDACTED]',
  })
})
