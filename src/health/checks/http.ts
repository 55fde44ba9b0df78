import type { CheckOptions, HealthCheck } from '../check.ts'
import { invalidOption } from '../invalid-option.ts'
import { judgeResponse } from './response.ts'

/** Settings of {@link http}. */
export interface HttpCheckOptions extends CheckOptions {
  /** Method, headers and whatever else `fetch` takes. Never shown. Default: a plain GET. */
  request?: RequestInit
  /** Status that the answer must have. Default: any from 200 to 299. */
  status?: number
  /** Used instead of the global `fetch`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>
}

/**
 * Checks a URL. Redirects are followed; the body is not read.
 *
 * @throws {TypeError} when `url` is not absolute.
 */
export const http = (url: string, options: HttpCheckOptions = {}): HealthCheck => {
  if (!URL.canParse(url)) {
    throw invalidOption('url', 'an absolute URL', '[redacted]')
  }
  const { request, status } = options
  return {
    ...options,
    componentType: 'component',
    // Path, query and credentials may be secret.
    componentId: new URL(url).host,
    run: async ({ signal }) => {
      const send = options.fetch ?? fetch
      return judgeResponse(await send(url, { ...request, signal }), status)
    },
  }
}
