/** Bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let binary = ''
  // In pieces, because a call takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 8192) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 8192))
  }
  return btoa(binary)
}
