import { expect, it } from 'vitest'
import { sorted } from '../../../viewer/page/src/data/sorting.ts'

const rows = [
  { name: 'b', size: 2 },
  { name: 'a', size: null },
  { name: 'c', size: 10 },
]
const by = {
  Name: ({ name }: (typeof rows)[number]) => name,
  Size: ({ size }: (typeof rows)[number]) => size,
}

it.each([
  ['', 'bac', undefined],
  ['order-list=Name', 'abc', 'Name'],
  ['order-list=-Name', 'cba', 'Name'],
  ['order-list=-Size', 'cba', 'Size'],
  ['order-list=Size', 'bca', 'Size'],
  ['order-list=toString', 'bac', undefined],
  ['order-list=Nothing&order-other=Name', 'bac', undefined],
])('with %s the rows are %s', (query, expected, column) => {
  const { rows: ordered, sorting } = sorted(new URLSearchParams(query), 'list', rows, by)
  expect(ordered.map(({ name }) => name).join('')).toBe(expected)
  expect(sorting.column).toBe(column)
})
