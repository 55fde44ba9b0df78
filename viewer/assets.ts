/** One file of the page. */
export interface Asset {
  body: Uint8Array<ArrayBuffer>
  /** As `content-type`. */
  type: string
}

/** Finds a file of the page by its path, which begins with a slash; undefined when there is none. */
export type Assets = (path: string) => Promise<Asset | undefined>

/** Nothing but what is served with the page runs in it, whatever a span is called. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Answers with a file of the page. Paths that are no file are views, which the page itself knows. */
export async function serveAsset(assets: Assets, path: string): Promise<Response | undefined> {
  const isFile = /\.[a-z0-9]+$/i.test(path)
  const asset = await assets(isFile ? path : '/index.html')
  if (!asset) return undefined
  return new Response(asset.body, {
    headers: {
      'content-type': asset.type,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      // Vite writes a hash of the content into the names of what is in /assets/.
      'cache-control': path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
    },
  })
}
