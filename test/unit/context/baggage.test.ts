import { type Baggage, baggageEntryMetadataFromString, propagation } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBaggage, parseBaggage } from '../../../src/context/baggage.ts'
import { growth } from './growth.ts'

/** Entries as [key, value] or, with properties, [key, value, properties]. */
function entries(baggage: Baggage | undefined): string[][] {
  return (baggage?.getAllEntries() ?? []).map(([key, { value, metadata }]) =>
    metadata === undefined ? [key, value] : [key, value, metadata.toString()],
  )
}

const read = (header: string) => entries(parseBaggage(header))
const forward = (header: string) => {
  const baggage = parseBaggage(header)
  return baggage === undefined ? '' : formatBaggage(baggage)
}
const bag = (key: string, value: string, metadata?: string) =>
  propagation.createBaggage().setEntry(key, {
    value,
    ...(metadata === undefined ? {} : { metadata: baggageEntryMetadataFromString(metadata) }),
  })

describe('parseBaggage', () => {
  it.each<[string, string, string[][]]>([
    [
      'several entries',
      'userId=alice,serverNode=DF%2028,isProduction=false',
      [
        ['userId', 'alice'],
        ['serverNode', 'DF 28'],
        ['isProduction', 'false'],
      ],
    ],
    [
      'spaces and tabs everywhere',
      ' \tkey1 \t = \t value1 \t ; \t p1 \t ; \t p2 = 2 \t , \t key2=value2',
      [
        ['key1', 'value1', 'p1;p2 = 2'],
        ['key2', 'value2'],
      ],
    ],
    [
      'properties',
      'key1=value1;property1;property2, key2 = value2, key3=value3; propertyKey=propertyValue',
      [
        ['key1', 'value1', 'property1;property2'],
        ['key2', 'value2'],
        ['key3', 'value3', 'propertyKey=propertyValue'],
      ],
    ],
    ['encoded letters', 'userId=Am%C3%A9lie', [['userId', 'Amélie']]],
    ['lower-case hexadecimal', 'userId=Am%c3%a9lie', [['userId', 'Amélie']]],
    ['an astral character', 'a=%F0%9F%9A%80', [['a', '🚀']]],
    ['encoded separators', 'a=%2C%3B%3D%25%20%22%5C', [['a', ',;=% "\\']]],
    ['encoded line ends', 'a=%0D%0Ax%3A%20y', [['a', '\r\nx: y']]],
    ['a byte-order mark', 'a=%EF%BB%BFb', [['a', '\ufeffb']]],
    ['equals signs in a value', 'a=b=c==', [['a', 'b=c==']]],
    ['an empty value', 'a=', [['a', '']]],
    ['a value in encoded form only', 'a%20b=1', [['a%20b', '1']]],
    [
      'a stray percent sign',
      'a=100%,b=%zz,c=%4',
      [
        ['a', '100%'],
        ['b', '%zz'],
        ['c', '%4'],
      ],
    ],
    ['an octet that is no UTF-8', 'a=x%FFy', [['a', 'x\ufffdy']]],
    [
      'a cut UTF-8 sequence',
      'a=%C3,b=%C3x',
      [
        ['a', '\ufffd'],
        ['b', '\ufffdx'],
      ],
    ],
    ['an encoded surrogate', 'a=%ED%A0%80', [['a', '\ufffd\ufffd\ufffd']]],
    ['every character a key may have', "!#$%&'*+-.^_`|~09azAZ=1", [["!#$%&'*+-.^_`|~09azAZ", '1']]],
    [
      'the last of equal keys',
      'a=1,b=2,a=3;p',
      [
        ['a', '3', 'p'],
        ['b', '2'],
      ],
    ],
    [
      'a semicolon without a property',
      'a=1;,b=2;;p',
      [
        ['a', '1'],
        ['b', '2', 'p'],
      ],
    ],
    [
      'keys that objects have',
      '__proto__=1,constructor=2,toString=3',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
        ['toString', '3'],
      ],
    ],
  ])('reads %s', (_, header, expected) => {
    expect(read(header)).toEqual(expected)
  })

  it.each([
    ['no equals sign', 'bad'],
    ['only an equals sign', '='],
    ['an empty key', '=1'],
    ['a space in the key', 'b ad=1'],
    ['a quote in the key', 'b"ad=1'],
    ['a letter outside ASCII in the key', 'bäd=1'],
    ['a space in the value', 'bad=1 2'],
    ['a quote in the value', 'bad="1"'],
    ['a backslash in the value', 'bad=1\\2'],
    ['a letter outside ASCII in the value', 'bad=ä'],
    ['a control character', 'bad=\u0000'],
    ['a line end', 'bad=1\r\n'],
    ['a no-break space around it', '\u00a0bad=1'],
    ['a malformed property', 'bad=1;p q'],
    ['an equals sign in the property only', 'bad;p=1'],
    ['nothing before the semicolon', ';bad=1'],
    ['nothing at all', ' \t'],
  ])('skips a member with %s', (_, member) => {
    expect(read(member)).toEqual([])
    expect(read(`a=1,${member},b=2`)).toEqual([
      ['a', '1'],
      ['b', '2'],
    ])
  })

  it('does not touch the prototype of anything', () => {
    const baggage = parseBaggage('__proto__=polluted')
    expect(baggage?.getEntry('__proto__')?.value).toBe('polluted')
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
    expect(({} as { value?: unknown }).value).toBeUndefined()
  })

  it('is undefined when there is nothing to carry', () => {
    expect(parseBaggage('')).toBeUndefined()
    expect(parseBaggage(',,;,=')).toBeUndefined()
  })

  it('reads 64 members and 8192 bytes, and drops whole members beyond', () => {
    const members = Array.from({ length: 70 }, (_, i) => `k${i}=v`)
    expect(read(members.slice(0, 64).join())).toHaveLength(64)
    expect(read(members.join())).toHaveLength(64)
    expect(read(members.join()).at(-1)).toEqual(['k63', 'v'])
    expect(read(`${members.slice(0, 64).join()},k0=new`)[0]).toEqual(['k0', 'new'])
    expect(read(`a=${'v'.repeat(8190)}`)[0]?.[1]).toHaveLength(8190)
    expect(read(`a=${'v'.repeat(8191)},b=1`)).toEqual([['b', '1']])
    expect(read(`a=${'v'.repeat(8186)},b=1`)).toHaveLength(2)
    expect(read(`a=${'v'.repeat(8187)},b=1`)).toHaveLength(1)
  })

  it('never throws, and what it read is sent on unchanged', () => {
    const shaped = fc.string({ unit: fc.constantFrom(...'ab=;,% \t2C3éFf_\r\n"'), maxLength: 60 })
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), shaped), (header) => {
        const sent = forward(header)
        expect(sent).toMatch(/^[!-~ \t]*$/)
        expect(forward(sent)).toBe(sent)
        expect(read(sent)).toEqual(read(header))
      }),
    )
  })

  it('takes time that grows no faster than the header', () => {
    const inputs = [
      (size: number) => `a=b${' '.repeat(size)}\u007f`,
      (size: number) => `a${' '.repeat(size)}\u007f`,
      (size: number) => `a=1${';'.repeat(size)}"`,
      (size: number) => `a=${'%'.repeat(size)}`,
      (size: number) => `a=${'%F'.repeat(size / 2)}`,
      (size: number) => `${'a'.repeat(size)}"`,
      (size: number) => 'a=1,'.repeat(size / 4),
    ]
    for (const make of inputs) expect(growth(parseBaggage, make, 500, 16)).toBeLessThan(80)
  })
})

describe('formatBaggage', () => {
  it('writes the examples of the specification', () => {
    const header = 'userId=Am%C3%A9lie,serverNode=DF%2028,isProduction=false'
    expect(forward(header)).toBe(header)
  })

  it('writes properties back, without the whitespace around them', () => {
    expect(forward('key1=value1 ; property1;  property2 , k = v')).toBe(
      'key1=value1;property1;property2,k=v',
    )
  })

  it('encodes what the grammar demands and nothing else', () => {
    const octets = Array.from({ length: 0x7e - 0x20 }, (_, i) => String.fromCharCode(0x21 + i))
    const value = `${octets.join('')} \t\r\n\u007fé🚀`
    expect(formatBaggage(bag('k', value))).toBe(
      "k=!%22#$%25&'()*+%2C-./0123456789:%3B<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[%5C]^_`" +
        'abcdefghijklmnopqrstuvwxyz{|}~%20%09%0D%0A%7F%C3%A9%F0%9F%9A%80',
    )
  })

  it('writes U+FFFD for a lone surrogate', () => {
    expect(formatBaggage(bag('k', 'a\ud800b'))).toBe('k=a%EF%BF%BDb')
  })

  it('writes a value that is no string as one', () => {
    expect(formatBaggage(bag('k', 5 as unknown as string))).toBe('k=5')
  })

  it.each([
    ['an empty key', bag('', '1')],
    ['a key with a space', bag('a b', '1')],
    ['a key with a space at the end', bag('a ', '1')],
    ['a key with an equals sign', bag('a=b', '1')],
    ['a key with a semicolon', bag('a=1;b', '1')],
    ['a key with a comma', bag('a=1,b', '1')],
    ['a key with a line end', bag('a\r\nx', '1')],
    ['a key outside ASCII', bag('ä', '1')],
    ['metadata with a comma', bag('a', '1', 'p,b=2')],
    ['metadata with a line end', bag('a', '1', 'p\r\nx: y')],
    ['metadata outside ASCII', bag('a', '1', 'ä')],
  ])('leaves out an entry with %s', (_, baggage) => {
    expect(formatBaggage(baggage)).toBe('')
    expect(formatBaggage(baggage.setEntry('ok', { value: '2' }))).toBe('ok=2')
  })

  it('writes an entry whose metadata is empty', () => {
    expect(formatBaggage(bag('a', '1', ''))).toBe('a=1')
  })

  it('writes nothing for no entries', () => {
    expect(formatBaggage(propagation.createBaggage())).toBe('')
  })

  it('writes all of 64 entries and 8192 bytes, and only whole entries beyond', () => {
    let many = propagation.createBaggage()
    for (let i = 0; i < 70; i++) many = many.setEntry(`k${i}`, { value: 'v' })
    const sent = formatBaggage(many).split(',')
    expect(sent).toHaveLength(64)
    expect(sent.at(-1)).toBe('k63=v')

    const exact = bag('a', 'v'.repeat(8186)).setEntry('b', { value: '1' })
    expect(formatBaggage(exact)).toHaveLength(8192)
    const longer = bag('a', 'v'.repeat(8187)).setEntry('bcd', { value: '1' })
    expect(formatBaggage(longer)).toBe(`a=${'v'.repeat(8187)}`)
    const first = bag('a', 'v'.repeat(8191)).setEntry('b', { value: '1' })
    expect(formatBaggage(first)).toBe('b=1')
    const encoded = bag('a', '"'.repeat(2731)).setEntry('b', { value: '1' })
    expect(formatBaggage(encoded)).toBe('b=1')
  })

  it('is undone by parseBaggage for every value', () => {
    const key = fc.string({
      unit: fc.constantFrom(..."!#$%&'*+-.^_`|~09azAZ"),
      minLength: 1,
      maxLength: 10,
    })
    const value = fc.string({ unit: 'binary', maxLength: 30 })
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 10 }), (values) => {
        let baggage = propagation.createBaggage()
        for (const [k, v] of Object.entries(values)) baggage = baggage.setEntry(k, { value: v })
        const expected = Object.entries(values).map(([k, v]) => [k, v.toWellFormed()])
        expect(new Map(read(formatBaggage(baggage)) as [string, string][])).toEqual(
          new Map(expected as [string, string][]),
        )
      }),
    )
  })
})
