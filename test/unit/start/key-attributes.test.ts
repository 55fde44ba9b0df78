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

  it('shows all that a hand-made span carries', () => {
    const attributes = { 'order.lines': '2', coupon: 'yes' }
    expect(keyAttributes(span({ id: 'a', attributes }))).toEqual(Object.entries(attributes))
  })
})
