import { describe, expect, it } from 'vitest'
import type { ViewerOptions } from '../../../viewer/index.ts'
import { createViewer, openNodeSql } from '../../../viewer/index.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

function ask(url: string, init: RequestInit = {}, options: Partial<ViewerOptions> = {}) {
  return createViewer({ sql: openNodeSql(), ...options }).fetch(new Request(url, init))
}

describe('the API and the page', () => {
  it.each([
    ['http://localhost:4318', 200],
    ['http://127.0.0.1:4318', 200],
    ['http://[::1]:4318', 200],
    ['http://shop.localhost', 200],
    ['http://192.168.1.7:4318', 200],
    ['http://rebound.example:4318', 403],
    ['http://localhost.rebound.example', 403],
    ['http://127.0.0.1.rebound.example', 403],
  ])('answer under the name of %s with %i', async (origin, status) => {
    for (const path of ['/api/status', '/mcp', '/']) {
      const init = path === '/mcp' ? { method: 'POST', body: '{}' } : {}
      const response = await ask(origin + path, init)
      expect(response.status === 403).toBe(status === 403)
    }
  })

  it('answer under a name that was allowed', async () => {
    const options = { hosts: ['viewer.test'] }
    expect((await ask('http://viewer.test/api/status', {}, options)).status).toBe(200)
    expect((await ask('http://other.test/api/status', {}, options)).status).toBe(403)
    expect((await ask('http://other.test/api/status', {}, { hosts: 'any' })).status).toBe(200)
  })

  it('take OTLP under any name', async () => {
    const init = { method: 'POST', headers: JSON_TYPE, body: '{}' }
    expect((await ask('http://host.docker.internal:4318/v1/traces', init)).status).toBe(200)
  })

  it.each([
    ['same-origin', 'cors', 200],
    ['none', 'navigate', 200],
    ['cross-site', 'navigate', 200],
    ['cross-site', 'no-cors', 403],
    ['same-site', 'cors', 403],
  ])('answer a browser that says %s, %s with %i', async (site, mode, status) => {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode }
    expect((await ask('http://localhost/api/status', { headers })).status).toBe(status)
  })

  it.each(['https://evil.example', 'http://localhost:3000', 'null'])(
    'do nothing for a page of %s',
    async (origin) => {
      const init = { method: 'DELETE', headers: { origin } }
      expect((await ask('http://localhost:4318/api/data', init)).status).toBe(403)
    },
  )
})

describe('a token', () => {
  const options = { token: 'secret token' }
  const basic = (text: string): string => `Basic ${btoa(text)}`

  it.each([
    ['', 401],
    ['Bearer wrong', 401],
    ['Bearer', 401],
    ['Bearer secret-token', 200],
    ['bearer secret-token', 200],
    [basic('anyone:secret-token'), 200],
    [basic('secret-token:'), 401],
    ['Basic %%%', 401],
    ['Digest secret-token', 401],
  ])('as %s is answered with %i', async (authorization, status) => {
    const headers = authorization ? { authorization } : {}
    for (const path of ['/api/status', '/v1/traces', '/', '/mcp']) {
      const response = await ask(`http://localhost${path}`, { headers }, { token: 'secret-token' })
      expect(response.status === 401).toBe(status === 401)
      if (status === 401) expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/)
    }
  })

  it('is not wanted of a preflight', async () => {
    const init = { method: 'OPTIONS', headers: { origin: 'https://app.example' } }
    expect((await ask('http://localhost/v1/traces', init, options)).status).toBe(204)
  })
})

describe('the page', () => {
  const files: Record<string, string> = { '/index.html': '<p>', '/assets/a-1234.js': 'x' }
  const assets: ViewerOptions['assets'] = async (path) => {
    const text = files[path]
    return text === undefined
      ? undefined
      : { body: new TextEncoder().encode(text), type: 'text/html' }
  }

  it.each([
    ['/', '<p>', 'no-cache'],
    ['/traces/0af7651916cd43dd8448eb211c80319c', '<p>', 'no-cache'],
    ['/assets/a-1234.js', 'x', 'max-age=31536000, immutable'],
  ])('is served at %s, and nothing foreign runs in it', async (path, text, caching) => {
    const response = await ask(`http://localhost${path}`, {}, { assets })
    expect(await response.text()).toBe(text)
    expect(response.headers.get('cache-control')).toBe(caching)
    const policy = response.headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/)
    expect(policy).not.toContain('unsafe')
  })

  it('has no file that is not there', async () => {
    expect((await ask('http://localhost/missing.js', {}, { assets })).status).toBe(404)
    expect((await ask('http://localhost/')).status).toBe(404)
  })
})
