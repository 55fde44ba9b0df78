/** Names of levels, from the most verbose. */
export type LevelName = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

const NAMES: readonly LevelName[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** The severity number of `warn`. */
export const WARN = 13

/** What other libraries and `OTEL_LOG_LEVEL` call levels, and the two ends. */
const ALIASES: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ['all', 0],
  ['verbose', 1],
  ['warning', WARN],
  ['critical', 21],
  ['none', 25],
  ['off', 25],
])

/**
 * The lowest severity number that a level lets through: 1, 5, 9, 13, 17 or 21 for trace to fatal, 0 for all and 25,
 * which no record reaches, for off. Case does not matter.
 *
 * @returns undefined for an unknown name
 */
export const parseLevel = (name: string): number | undefined => {
  const key = name.trim().toLowerCase()
  const index = NAMES.indexOf(key as LevelName)
  return index < 0 ? ALIASES.get(key) : index * 4 + 1
}

/** The name of the range that a severity number (1 to 24) falls into; `info` when it is unspecified. */
export const levelName = (severityNumber: number): LevelName =>
  NAMES[(severityNumber - 1) >> 2] ?? 'info'

/** Which severities are recorded, by logger. Changeable at any time. */
export interface Levels {
  /** The lowest severity number that the logger of this name records. */
  of(loggerName: string): number
  /**
   * Changes the level of one logger (`db`), of a logger and those below it (`db.*`), or of all (`*`). The exact
   * name wins over a prefix, a longer prefix over a shorter.
   *
   * @throws TypeError if the level is unknown
   */
  set(pattern: string, level: string): void
}

/**
 * Creates the levels of all loggers.
 *
 * @param initial The level of each pattern; `*` is `info` unless it is among them.
 * @throws TypeError if a level is unknown
 */
export const createLevels = (initial: Readonly<Record<string, string>> = {}): Levels => {
  const byPattern = new Map<string, number>()
  const resolved = new Map<string, number>()

  const resolve = (name: string): number => {
    let severity = byPattern.get(name)
    for (let prefix = name; severity === undefined && prefix; ) {
      severity = byPattern.get(`${prefix}.*`)
      prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))
    }
    severity ??= byPattern.get('*') ?? 9
    // Names come from code, but nothing stops code from making them up without end.
    if (resolved.size < 1000) {
      resolved.set(name, severity)
    }
    return severity
  }

  const set = (pattern: string, level: string): void => {
    const severity = parseLevel(level)
    if (severity === undefined) {
      throw new TypeError(
        `Cannot set a log level: \`${pattern}\` must be ${NAMES.join(', ')}, all or off, received ${level}`,
      )
    }
    byPattern.set(pattern, severity)
    resolved.clear()
  }

  for (const pattern in initial) {
    set(pattern, initial[pattern] as string)
  }
  return { of: (loggerName) => resolved.get(loggerName) ?? resolve(loggerName), set }
}
