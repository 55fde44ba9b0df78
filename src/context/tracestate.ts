import type { TraceState } from '@opentelemetry/api'
import { trimOws } from './ows.ts'

const MAX_MEMBERS = 32
const MAX_LENGTH = 8192

// Section 3.3.2.2 to the letter: a key may have `@` anywhere but first, a value may begin with
// spaces but not end with one.
const MEMBER = /^[a-z\d][a-z\d_\-*/@]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/

/** Reads the members of a list. A list with any fault has none: half of it would mislead its owners. */
const parseMembers = (list: string): Map<string, string> => {
  const members = new Map<string, string>()
  let count = 0
  for (const part of list.split(',')) {
    const member = trimOws(part)
    if (member === '') {
      continue
    }
    if (!MEMBER.test(member) || ++count > MAX_MEMBERS) {
      return new Map()
    }
    const equals = member.indexOf('=')
    const key = member.slice(0, equals)
    // Receivers may drop duplicates, not the list; the leftmost is the most recent (section 3.5).
    if (!members.has(key)) {
      members.set(key, member.slice(equals + 1))
    }
  }
  return members
}

/**
 * A `tracestate` list that is read on first use. Most requests carry it from one header to another
 * within a trace that samplers and exporters ignore, or send nothing on, and so never pay for it.
 * The check cannot be left out when it is sent on, which is when `serialize` makes it, once.
 */
class LazyTraceState implements TraceState {
  #list: string
  #members: Map<string, string> | undefined
  #isChecked = false

  constructor(list: string, members?: Map<string, string>) {
    this.#list = list
    this.#members = members
  }

  #read(): Map<string, string> {
    this.#members ??= parseMembers(this.#list)
    return this.#members
  }

  get(key: string): string | undefined {
    return this.#read().get(key)
  }

  set(key: string, value: string): TraceState {
    if (typeof key !== 'string' || typeof value !== 'string') {
      return this
    }
    if (!MEMBER.test(`${key}=${value}`)) {
      return this
    }
    const members = new Map([[key, value]])
    for (const [other, text] of this.#read()) {
      if (members.size < MAX_MEMBERS && other !== key) {
        members.set(other, text)
      }
    }
    return new LazyTraceState('', members)
  }

  unset(key: string): TraceState {
    const members = new Map(this.#read())
    members.delete(key)
    return new LazyTraceState('', members)
  }

  serialize(): string {
    if (!this.#isChecked) {
      this.#list = Array.from(this.#read(), (member) => member.join('=')).join(',')
      // Spans that wait to be sent hold on to this: one text each, not a map besides.
      this.#members = undefined
      this.#isChecked = true
    }
    return this.#list
  }
}

/**
 * Makes a `TraceState` from a `tracestate` header (W3C Trace Context level 2, section 3.3).
 *
 * A list that breaks the grammar, has more than 32 members or more than 8192 characters is empty:
 * `get` finds nothing in it and `serialize` returns `''`, which must not be sent. Of members with
 * the same key the first is kept. `set` puts its member first and pushes out the last beyond 32; it
 * returns the same object when key or value breaks the grammar.
 */
export const createTraceState = (header = ''): TraceState => {
  return new LazyTraceState(typeof header !== 'string' || header.length > MAX_LENGTH ? '' : header)
}

/** Returns the header to send, `''` for none. States made by other libraries are checked first. */
export const formatTraceState = (state: TraceState | undefined): string => {
  if (state === undefined) {
    return ''
  }
  const text = state.serialize()
  return state instanceof LazyTraceState ? text : createTraceState(text).serialize()
}

/** One of ours, which is checked and never throws, for one that may be anybody's. */
export const ownTraceState = (state: TraceState | undefined): TraceState | undefined => {
  if (state === undefined || state instanceof LazyTraceState) {
    return state
  }
  try {
    return createTraceState(formatTraceState(state))
  } catch {
    return undefined
  }
}
