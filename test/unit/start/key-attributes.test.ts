import { describe, expect, it } from 'vitest'
import { keyAttributes } from '../../../scripts/start/key-attributes.ts'
import { span } from './span-fixture.ts'

describe('keyAttributes', () => {
  it('shows status and route of a server span, not its path', () => {
    const attributes = {
      'url.path': '/orders/7',
      'http.route': '/orders/:id',
      'http.response.status_code': '200',
      'server.address': 'localhost',
    }
    expect(keyAttributes(span({ id: 'a', kind: 'server', attributes }))).toEqual([
      ['status', '200'],
      ['http.route', '/orders/:id'],
    ])
  })

  it('shows the path where no route answered', () => {
    const attributes = { 'url.path': '/nothing', 'http.response.status_code': '404' }
    expect(keyAttributes(span({ id: 'a', kind: 'server', attributes }))).toEqual([
      ['status', '404'],
      ['url.path', '/nothing'],
    ])
  })

  it('shows an error type unless it repeats the status', () => {
    const labels = (type: string) =>
      keyAttributes(
        span({
          id: 'a',
          kind: 'server',
          attributes: { 'http.response.status_code': '500', 'error.type': type },
        }),
      ).map(([label]) => label)
    expect(labels('TypeError')).toEqual(['status', 'error.type'])
    expect(labels('500')).toEqual(['status'])
  })

  it('says what a binding is, unless another attribute does', () => {
    const stored = { 'cloudflare.binding.type': 'R2', 'cloudflare.r2.response.size': '174' }
    expect(keyAttributes(span({ id: 'a', kind: 'client', attributes: stored }))).toEqual([
      ['binding', 'R2'],
      ['bytes', '174'],
    ])
    const cached = {
      'cloudflare.binding.type': 'KV',
      'db.system.name': 'cloudflare-kv',
      'hono.cache.result': 'hit',
    }
    expect(keyAttributes(span({ id: 'a', kind: 'client', attributes: cached }))).toEqual([
      ['db', 'cloudflare-kv'],
      ['cache', 'hit'],
    ])
  })

  it('shows of a step or a cron trigger what its name does not', () => {
    const step = {
      'cloudflare.workflow.step.name': 'pack',
      'cloudflare.workflow.step.attempt': '2',
    }
    expect(keyAttributes(span({ id: 'a', attributes: step }))).toEqual([['attempt', '2']])
    const cron = { 'faas.cron': '0 * * * *', 'hono.scheduled.lateness_ms': '12' }
    expect(keyAttributes(span({ id: 'a', attributes: cron }))).toEqual([['late_ms', '12']])
  })

  it('shows all that a hand-made span carries', () => {
    const attributes = { 'order.lines': '2', coupon: 'yes' }
    expect(keyAttributes(span({ id: 'a', attributes }))).toEqual(Object.entries(attributes))
  })
})
