import { describe, expect, it } from 'vitest'
import { bearerMatches } from '../../../src/http/bearer.ts'

describe('bearerMatches', () => {
  it.each(['Bearer s3cret', 'bearer s3cret', 'BEARER   s3cret  '])('takes %o', async (header) => {
    expect(await bearerMatches(header, 's3cret')).toBe(true)
  })

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    's3cret',
    'Basic s3cret',
    'Bearer s3cre',
    'Bearer s3crett',
    'Bearer S3CRET',
    'Bearer s3cret s3cret',
    'Bearers3cret',
  ])('refuses %o', async (header) => {
    expect(await bearerMatches(header, 's3cret')).toBe(false)
  })

  it('refuses everything when the token is empty', async () => {
    expect(await bearerMatches('Bearer ', '')).toBe(false)
    expect(await bearerMatches(undefined, '')).toBe(false)
  })

  it('takes no longer for a long header than reading it takes', async () => {
    const startMs = performance.now()
    await bearerMatches(`Bearer ${' '.repeat(1_000_000)}x`, 's3cret')
    expect(performance.now() - startMs).toBeLessThan(200)
  })
})
