/** Whether this is Cloudflare's runtime, deployed or on a developer's machine. */
export const isWorkerd = (): boolean =>
  (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent ===
  'Cloudflare-Workers'
