import type { Level, Place } from './level.ts'
import { ENDS_LIST } from './words.ts'

const isWriting = ({ head }: Level): boolean => /^(?:INSERT|REPLACE|UPDATE)$/.test(head)

const begin = (level: Level, list: Place, isNaming: boolean): Place => {
  level.list = list
  level.isNaming = isNaming
  return list
}

/**
 * What comes after a word that begins a part of a statement; undefined for all other words.
 *
 * @param level Changed, where the word begins a list.
 * @param before The token before it; words in capitals.
 * @param place Where the word stands.
 */
export const clause = (
  word: string,
  level: Level,
  before: string,
  place: Place,
): Place | undefined => {
  const { head } = level
  switch (word) {
    case 'SELECT':
      level.head ||= word
      level.awaitsFrom = true
      return begin(level, 'value', true)
    case 'RETURNING':
      return begin(level, 'value', true)
    case 'FROM':
      if (!level.awaitsFrom || before === 'DISTINCT') {
        return undefined
      }
      level.awaitsFrom = false
      return begin(level, 'target', true)
    case 'JOIN':
      return level.list === 'target' ? begin(level, 'target', true) : undefined
    case 'ON':
      if (head === 'INDEX' || head === 'TRIGGER') {
        return 'name'
      }
      level.isNaming = false
      return 'value'
    case 'INTO':
      return /^(?:INSERT|REPLACE|MERGE)$/.test(head) ? 'target' : undefined
    case 'SET':
      level.awaitsFrom = head === 'UPDATE'
      return isWriting(level) ? begin(level, 'name', false) : undefined
    case 'WITH':
      return place !== 'value' || before === '(' ? begin(level, 'common', false) : undefined
    case 'WINDOW':
      return place === 'after' ? begin(level, 'name', false) : undefined
    case 'OVER':
      return place === 'after' ? 'name' : undefined
    case 'OF':
      return head === 'TRIGGER' ? begin(level, 'name', false) : undefined
    case 'AS':
    case 'COLLATE':
    case 'CONSTRAINT':
    case 'REFERENCES':
      return 'name'
    case 'BY':
      return before === 'INDEXED' ? 'name' : undefined
    case 'TO':
    case 'ADD':
    case 'RENAME':
    case 'DROP':
      return head === 'ALTER' || head === 'ROLLBACK' ? 'name' : undefined
    // Of CASE, which may be given a name.
    case 'END':
      return place === 'after' ? place : undefined
    default:
      return ENDS_LIST.test(word) ? begin(level, 'value', false) : undefined
  }
}

/** What comes after the word that begins a statement. */
export const beginning = (word: string, level: Level): Place => {
  level.head = word
  level.awaitsFrom = word === 'DELETE'
  switch (word) {
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
      return 'kind'
    case 'UPDATE':
    case 'TRUNCATE':
    case 'ANALYZE':
    case 'REINDEX':
    case 'PRAGMA':
      return 'target'
    case 'SAVEPOINT':
    case 'RELEASE':
    case 'DETACH':
    case 'VACUUM':
      return 'name'
    default:
      return 'value'
  }
}
