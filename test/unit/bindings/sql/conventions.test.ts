import { expect, it } from 'vitest'
import { describeSql } from '../../../../src/bindings/sql/describe.ts'
import cases from './conventions/db-sql-test-cases.json' with { type: 'json' }

/** Where we differ from a published case, and why. There is nothing at present: add a row rather than change a case. */
const DEVIATIONS: Readonly<Record<string, { text?: string; summary?: string; why: string }>> = {}

it.each(cases)(
  "the conventions' case $name gives the published text and summary",
  ({ name, input, expected }) => {
    const { text, summary } = describeSql(input.query)
    const deviation = DEVIATIONS[name]
    const texts = deviation?.text === undefined ? expected['db.query.text'] : [deviation.text]
    expect(texts).toContain(text)
    expect(summary).toBe(deviation?.summary ?? expected['db.query.summary'])
  },
)

it('names no case that is not published as one we differ from', () => {
  const published = cases.map(({ name }) => name)
  expect(published).toHaveLength(24)
  expect(Object.keys(DEVIATIONS).filter((name) => !published.includes(name))).toEqual([])
})

// The examples of "Generating a summary of the query" and of the attribute's description.
it.each([
  ['SELECT *\nFROM   wuser_table\nWHERE  username = ?', 'SELECT wuser_table'],
  [
    'INSERT INTO shipping_details\n(order_id,\naddress)\nSELECT order_id,\naddress\nFROM orders\nWHERE order_id = ?',
    'INSERT shipping_details SELECT orders',
  ],
  ['SELECT *\nFROM songs,\nartists\nWHERE songs.artist_id == artists.id', 'SELECT songs artists'],
  [
    'SELECT order_date FROM (SELECT * FROM orders o JOIN customers c ON o.customer_id = c.customer_id)',
    'SELECT SELECT orders customers',
  ],
  [`SELECT *\nFROM "song list",\n'artists'`, `SELECT "song list" 'artists'`],
])("the conventions' example %j has the summary they give", (statement, summary) => {
  expect(describeSql(statement).summary).toBe(summary)
})
