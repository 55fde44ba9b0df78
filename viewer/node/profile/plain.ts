/** A text of others for a terminal: without what moves its cursor or changes its colours. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '')
}
