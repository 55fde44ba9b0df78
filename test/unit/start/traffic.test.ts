import { describe, expect, it } from 'vitest'
import { requestOf } from '../../../scripts/start/span.ts'
import { missingTraces } from '../../../scripts/start/traffic.ts'
import { span } from './span-fixture.ts'

describe('missingTraces', () => {
  it('finds nothing missing in any order', () => {
    expect(missingTraces(['a', 'b'], ['b', 'other', 'a'])).toEqual([])
  })

  it('counts equal requests', () => {
    expect(missingTraces(['a', 'a', 'b'], ['a'])).toEqual(['a', 'b'])
  })
})

describe('requestOf', () => {
  const attributes = {
    'http.request.method': 'GET',
    'url.path': '/products',
    'http.response.status_code': '200',
  }

  it('names a server span after its request', () => {
    expect(requestOf(span({ id: 'a', kind: 'server', attributes }))).toBe('GET /products 200')
  })

  it('names the run of a cron trigger after it', () => {
    const cron = { 'faas.trigger': 'timer' }
    expect(requestOf(span({ id: 'a', name: 'scheduled 0 * * * *', attributes: cron }))).toBe(
      'scheduled 0 * * * *',
    )
  })

  it('knows no request of other spans', () => {
    expect(requestOf(span({ id: 'a', kind: 'client', attributes }))).toBeUndefined()
  })
})
