import fc from 'fast-check'

/** A token: as it is written, or one of those that are checked, which get a text of their own each. */
export type Part =
  | string
  | { readonly secret: 'double' | 'single' | 'number' }
  | { readonly name: string }

const DOUBLE: Part = { secret: 'double' }
const SINGLE: Part = { secret: 'single' }
const NUMBER: Part = { secret: 'number' }
/** A name in double quotes that has to stay. */
const name = (text: string): Part => ({ name: `"${text}"` })

export const SCHEMA = `
  CREATE TABLE items ("id" INTEGER PRIMARY KEY, "the name" TEXT UNIQUE, price INTEGER);
  CREATE TABLE "order items" ("id" INTEGER, "the name" TEXT, price INTEGER);
`

const list = (of: fc.Arbitrary<Part[]>, min = 1): fc.Arbitrary<Part[]> =>
  fc
    .array(of, { minLength: min, maxLength: 3 })
    .map((parts) => parts.flatMap((part, index) => (index ? [',', ...part] : part)))

const words = (text: string): Part[] => text.split(' ')

const row = (...parts: (fc.Arbitrary<Part[]> | string | Part)[]): fc.Arbitrary<Part[]> =>
  fc
    .tuple(
      ...parts.map((part) =>
        typeof part === 'string'
          ? fc.constant(words(part))
          : 'generate' in part
            ? part
            : fc.constant([part]),
      ),
    )
    .map((all) => all.flat())

const table = fc.constantFrom<Part[]>(
  ['items'],
  [name('items')],
  [name('order items')],
  ['[order items]'],
  ['`order items`'],
  ['main', '.', name('order items')],
  [name('main'), '.', name('items')],
)

type Grammar = {
  leaf: Part[]
  expression: Part[]
  result: Part[]
  select: Part[]
}

const { expression, select } = fc.letrec<Grammar>((tie) => ({
  leaf: fc.constantFrom<Part[]>(
    [DOUBLE],
    [DOUBLE],
    [DOUBLE],
    [SINGLE],
    [NUMBER],
    ['-', NUMBER],
    ['NULL'],
    ['t', '.', '[the name]'],
    ['t', '.', name('the name')],
    [name('t'), '.', 'price'],
    ['current_date'],
  ),
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    row('(', tie('expression'), ')'),
    row('NOT', tie('expression')),
    row('- (', tie('expression'), ')'),
    fc
      .tuple(
        tie('leaf'),
        fc.constantFrom(
          '=',
          '==',
          '<>',
          '||',
          '+',
          '-',
          '->>',
          'AND',
          'OR',
          'IS',
          'IS NOT',
          'LIKE',
          'NOT LIKE',
          'GLOB',
          'IS DISTINCT FROM',
          'IS NOT DISTINCT FROM',
        ),
        tie('leaf'),
      )
      .map(([left, operator, right]) => ['(', ...left, ...words(operator), ...right, ')']),
    row('(', tie('leaf'), 'NOT BETWEEN', tie('leaf'), 'AND', tie('leaf'), ')'),
    row('(', tie('leaf'), 'LIKE', tie('leaf'), 'ESCAPE', "'!' )"),
    row('(', tie('leaf'), 'IN (', list(tie('expression')), ') )'),
    row('(', tie('leaf'), 'IN (', tie('select'), ') )'),
    row('coalesce (', list(tie('expression'), 2), ')'),
    row('replace (', tie('leaf'), ',', tie('leaf'), ',', tie('leaf'), ')'),
    row('CAST (', tie('expression'), 'AS TEXT )'),
    row('(', tie('leaf'), 'COLLATE', name('nocase'), ')'),
    row('CASE', tie('leaf'), 'WHEN', tie('leaf'), 'THEN', tie('leaf'), 'ELSE', tie('leaf'), 'END'),
    row('CASE WHEN', tie('leaf'), 'THEN', tie('leaf'), 'END'),
    row('EXISTS (', tie('select'), ')'),
    row('(', tie('select'), ')'),
  ),
  result: fc.oneof(
    tie('expression'),
    row(tie('expression'), 'AS', name('an alias')),
    row(tie('expression'), name('an alias')),
    row(tie('expression'), 'AS plain'),
    row('max (', tie('leaf'), ') OVER ( PARTITION BY', tie('leaf'), 'ORDER BY', tie('leaf'), ')'),
  ),
  select: fc
    .tuple(
      fc.constantFrom<Part[]>(['SELECT'], ['SELECT', 'DISTINCT'], ['SELECT', 'ALL']),
      tie('result'),
      table,
      fc.constantFrom<Part[]>(['AS', 't'], ['AS', name('t')], ['t'], [name('t')]),
      fc.oneof(
        fc.constant<Part[]>([]),
        row(',', table, 'AS', name('u')),
        row('JOIN', table, name('u'), 'ON', tie('leaf')),
        row('LEFT JOIN', table, 'AS u ON', tie('leaf'), ', ( SELECT', tie('leaf'), ')', name('v')),
        row('JOIN', table, 'AS u USING (', name('id'), ',', name('the name'), ')'),
        row(', json_each (', tie('leaf'), ')'),
      ),
      fc.oneof(fc.constant<Part[]>([]), row('WHERE', tie('expression'))),
      fc.oneof(
        fc.constant<Part[]>([]),
        row('GROUP BY', tie('leaf'), 'HAVING', tie('leaf')),
        row('LIMIT', tie('leaf'), 'OFFSET', tie('leaf')),
      ),
    )
    .map(([verb, result, ...rest]) => [...verb, ...result, 'FROM', ...rest.flat()]),
}))

const columns: Part[] = ['(', name('id'), ',', name('the name'), ')']
const columnsOf = fc.constant(columns)

/** Statements that SQLite accepts, with values in every place where one may stand. */
export const statements: fc.Arbitrary<Part[]> = fc.oneof(
  select,
  row(select, 'UNION ALL', select),
  row('VALUES (', list(expression), ')'),
  row(
    'WITH',
    name('c'),
    '(',
    name('x'),
    ') AS (',
    select,
    ') SELECT',
    expression,
    'FROM',
    name('c'),
    'AS t , items',
  ),
  row(
    'INSERT INTO',
    table,
    columnsOf,
    'VALUES (',
    NUMBER,
    ',',
    DOUBLE,
    ') , (',
    NUMBER,
    ',',
    SINGLE,
    ')',
  ),
  row('REPLACE INTO items VALUES (', NUMBER, ',', DOUBLE, ', NULL )'),
  row('INSERT OR IGNORE INTO', name('items'), '(', name('the name'), ')', select),
  row(
    'INSERT INTO items',
    columnsOf,
    'VALUES (',
    NUMBER,
    ',',
    DOUBLE,
    ') ON CONFLICT (',
    name('the name'),
    ') DO UPDATE SET',
    name('the name'),
    '= excluded .',
    name('the name'),
    ',',
    name('price'),
    '=',
    DOUBLE,
    'WHERE',
    DOUBLE,
    'RETURNING',
    DOUBLE,
    ', price AS',
    name('an alias'),
  ),
  row(
    'UPDATE OR FAIL',
    table,
    'AS t SET price =',
    expression,
    ',',
    name('the name'),
    '=',
    expression,
    'WHERE',
    expression,
  ),
  row(
    'UPDATE items AS t SET',
    columnsOf,
    '= (',
    expression,
    ',',
    expression,
    ') FROM',
    table,
    'AS',
    name('u'),
    'WHERE',
    DOUBLE,
  ),
  row('DELETE FROM', table, 'AS', name('t'), 'WHERE', expression, 'RETURNING', DOUBLE, ',', SINGLE),
)

/** How tokens are kept apart, with secrets in comments. */
export const gaps: fc.Arbitrary<string[]> = fc.array(
  fc.constantFrom(
    ' ',
    ' ',
    ' ',
    '\n',
    '  ',
    '/* s3cret_c */',
    ' -- s3cret_c\n',
    '/* s3cret_c\n */ /**/ ',
  ),
  { minLength: 1, maxLength: 20 },
)
