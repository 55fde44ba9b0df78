import { expect, it } from 'vitest'
import { rememberByText } from '../../../../src/bindings/sql/cache.ts'

const counting = (count: number, length: number) => {
  const asked: string[] = []
  const answer = rememberByText(
    (text) => {
      asked.push(text)
      return { text }
    },
    { count, length },
  )
  return { asked, answer }
}

it('a text that comes again is answered by what was found the first time', () => {
  const { asked, answer } = counting(10, 1000)
  const [first, again] = [answer('a'), answer('a')]
  expect(again).toBe(first)
  expect(answer('b')).toEqual({ text: 'b' })
  expect(asked).toEqual(['a', 'b'])
})

it('no more texts are remembered than allowed, and the oldest make room', () => {
  const { asked, answer } = counting(3, 1000)
  for (const text of ['a', 'b', 'c', 'd']) {
    answer(text)
  }
  asked.length = 0
  for (const text of ['b', 'c', 'd', 'a']) {
    answer(text)
  }
  expect(asked).toEqual(['a'])
})

it('no more characters are remembered than allowed', () => {
  const { asked, answer } = counting(1000, 80)
  const texts = Array.from({ length: 20 }, (_, index) => String(index).padEnd(10))
  for (const text of texts) {
    answer(text)
  }
  asked.length = 0
  for (const text of texts.slice(-8)) {
    answer(text)
  }
  expect(asked).toEqual([])
  answer(texts[11] as string)
  expect(asked).toEqual([texts[11]])
})

it('a text of more than an eighth of what is allowed is answered, not remembered, and takes no room', () => {
  const { asked, answer } = counting(10, 80)
  answer('a')
  for (let times = 0; times < 20; times++) {
    answer('x'.repeat(11))
  }
  answer('a')
  expect(asked.filter((text) => text === 'a')).toHaveLength(1)
  expect(asked.filter((text) => text !== 'a')).toHaveLength(20)
})
