/** What a scraper can be given. */
export interface Wanted {
  format: 'openmetrics' | 'text' | 'json'
  /** It takes names in any characters. */
  allowsUtf8: boolean
  contentType: string
}

/** Longest header that is read. */
const MAX_LENGTH = 4096

interface Range {
  type: string
  q: number
  parameters: Map<string, string>
}

/** The ranges of an `Accept` or `Accept-Encoding` header, best first (RFC 9110, section 12.4.2). */
const parseRanges = (header: string): Range[] =>
  header
    .slice(0, MAX_LENGTH)
    .toLowerCase()
    .split(',')
    .map((item) => {
      const [type = '', ...rest] = item.split(';').map((part) => part.trim())
      const parameters = new Map(
        rest.map((part): [string, string] => {
          const equals = part.indexOf('=')
          return [part.slice(0, equals), part.slice(equals + 1).replaceAll('"', '')]
        }),
      )
      const q = Number(parameters.get('q') ?? 1)
      return { type, q: q >= 0 && q <= 1 ? q : 0, parameters }
    })
    .filter(({ type, q }) => type && q)
    .sort((a, b) => b.q - a.q)

const versionsOf = (type: string): readonly string[] =>
  type === 'application/openmetrics-text'
    ? ['1.0.0']
    : type === 'text/plain'
      ? ['0.0.4', '1.0.0']
      : []

/** The best of what is wanted; the Prometheus text format 0.0.4 when that is nothing we have. */
export const negotiate = (accept = ''): Wanted => {
  for (const { type, parameters } of parseRanges(accept)) {
    if (type === 'application/json') {
      return JSON_FORM
    }
    if (type === '*/*' || type === 'text/*') {
      break
    }
    const versions = versionsOf(type)
    const version = parameters.get('version') ?? versions[0] ?? ''
    if (versions.includes(version)) {
      const escaping = parameters.get('escaping')
      const allowsUtf8 = version === '1.0.0' && escaping === 'allow-utf-8'
      return {
        format: type === 'text/plain' ? 'text' : 'openmetrics',
        allowsUtf8,
        contentType: `${type}; version=${version}; charset=utf-8`,
      }
    }
  }
  return {
    format: 'text',
    allowsUtf8: false,
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
  }
}

export const JSON_FORM: Wanted = {
  format: 'json',
  allowsUtf8: false,
  contentType: 'application/json; charset=utf-8',
}

/** Says whether an `Accept-Encoding` header takes gzip. */
export const acceptsGzip = (header = ''): boolean =>
  parseRanges(header).some(({ type }) => type === 'gzip' || type === '*')
