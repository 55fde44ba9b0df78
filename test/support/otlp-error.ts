/** Thrown for a body that is not strict OTLP. The message names the place, the rule and what was found. */
export class OtlpError extends Error {
  override name = 'OtlpError'

  constructor(path: string, rule: string, received: unknown) {
    super(`Cannot decode OTLP: \`${path || 'body'}\` must be ${rule}, received ${shown(received)}`)
  }
}

const MAX_SHOWN_CHARACTERS = 120

function shown(value: unknown): string {
  const text =
    typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value)
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text
}
