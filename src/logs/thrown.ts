/** A property of something that was thrown, which may be hostile: throwing getters, proxies. */
export const readProperty = (thrown: unknown, key: string): unknown => {
  try {
    return (thrown as Record<string, unknown> | null | undefined)?.[key]
  } catch {
    return undefined
  }
}
