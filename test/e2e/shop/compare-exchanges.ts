interface Exchange {
  method: string
  path: string
  status: number
  headers: [name: string, value: string][]
  text: string
}

/** How the answers of one shop differ from those of another that was asked the same. */
export interface AnswerDifferences {
  /** Method, path and status of those with another status or body. */
  answers: string[]
  /** Headers that not both have, or with another value. */
  headers: string[]
}

/** @throws Error when they were not asked the same. */
export function compareExchanges(
  ones: readonly string[],
  others: readonly string[],
): AnswerDifferences {
  const answers = new Set<string>()
  const headers = new Set<string>()
  for (const [i, line] of ones.entries()) {
    const one = JSON.parse(line) as Exchange
    const other = JSON.parse(others[i] ?? '{}') as Exchange
    const asked = ({ method, path }: Exchange): string => `${method} ${path}`
    if (asked(one) !== asked(other)) {
      throw new Error(`Cannot compare: exchange ${i} is ${asked(one)} and ${asked(other)}`)
    }
    if (one.status !== other.status || one.text !== other.text) {
      answers.add(`${asked(other)} ${other.status}`)
    }
    const values = new Map(one.headers)
    const otherValues = new Map(other.headers)
    for (const name of [...values.keys(), ...otherValues.keys()]) {
      if (values.get(name) !== otherValues.get(name)) headers.add(name)
    }
  }
  return { answers: [...answers].sort(), headers: [...headers].sort() }
}
