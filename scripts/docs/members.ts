/** What the JSDoc of a member says. */
export interface Said {
  /** Without the sentence on the default. */
  readonly text: string
  /** What that sentence says, if there is one. */
  readonly fallback: string | undefined
}

const DEFAULT = /\s*\bDefault:? (.+?)\.(?=\s|$)/

/** The members of an interface in a source file, with what is said of each, in their order. */
export const membersOf = (source: string, name: string): Map<string, Said> => {
  const start = source.indexOf(`export interface ${name} {`)
  if (start < 0) {
    throw new Error(`Cannot find the interface ${name}`)
  }
  const body = source.slice(start, source.indexOf('\n}\n', start))
  const members = new Map<string, Said>()
  let doc = ''
  for (const match of body.matchAll(/^ {2}\/\*\*([\s\S]*?)\*\/|^ {2}(\w+)\??:/gm)) {
    const [, comment, member] = match
    if (comment !== undefined) {
      doc = comment
        .replace(/\n\s*\* ?/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
    } else if (member) {
      members.set(member, saidOf(doc))
      doc = ''
    }
  }
  return members
}

const saidOf = (doc: string): Said => {
  const found = DEFAULT.exec(doc)
  return {
    text: doc.replace(DEFAULT, '').trim().replace(/\.$/, ''),
    fallback: found?.[1],
  }
}
