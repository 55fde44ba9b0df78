import { app, json, manifest, NPM_INSTALL, type Starter } from '../starter.ts'

/** From the oldest whose users we know of to the newest, by the name they are installed under. */
const VERSIONS = { 'ts-5.4': '~5.4.0', 'ts-5.9': '~5.9.0', 'ts-6': '~6.0.0', 'ts-7': '~7.0.0' }

/** How a version may look for modules. `node10` is what a tsconfig without the option, such as Bun's, has before 6. */
const resolutions = (name: string): string[] => [
  'bundler',
  'nodenext',
  ...(name < 'ts-6' ? ['node10'] : []),
]

const settings = (resolution: string, ...files: string[]): string =>
  json({
    compilerOptions: {
      strict: true,
      skipLibCheck: true,
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: [],
      module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
      moduleResolution: resolution,
      rootDir: 'src',
      ...(files.length > 0 && { noEmit: true }),
    },
    files: files.length > 0 ? files : ['src/index.ts', 'src/entries.ts'],
  })

/** Bun's template: modules are looked for in the oldest way, without a word of it. Before 6, whose default is another. */
const TEMPLATE = json({
  compilerOptions: {
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
    jsx: 'react-jsx',
    jsxImportSource: 'hono/jsx',
  },
  files: ['src/entries.ts'],
})

const compile = (name: string): string[][] => {
  const tsc = ['node', `node_modules/${name}/bin/tsc`]
  return [
    ...resolutions(name).map((resolution) => [
      ...tsc,
      ...['-p', `tsconfig.${resolution}.json`, '--outDir', `built/${name}`],
    ]),
    [...tsc, '-p', 'tsconfig.template.json'],
    // Before 5.8, it does not know that `require` loads ESM.
    ...(name > 'ts-5.8' ? [[...tsc, '-p', 'tsconfig.commonjs.json']] : []),
  ]
}

/** A misuse is an error with each version: a type that is silently \`any\` lets it pass. */
const ENTRIES = `import { withSpan } from 'hono-observability'
import { custom, healthRoutes } from 'hono-observability/health'
import { hostResource } from 'hono-observability/process'
import { prometheusRoute } from 'hono-observability/prometheus'
import { protobuf } from 'hono-observability/protobuf'

export const total: Promise<number> = withSpan('total', async () => 7)
export const health = healthRoutes({ checks: { self: custom(() => ({ observedValue: 1 })) } })
export const metrics = prometheusRoute({ from: () => [], public: true })
export const others = { protobuf, resource: hostResource() }
// @ts-expect-error It is a number.
export const text: Promise<string> = withSpan('total', async () => 7)
// @ts-expect-error There is no such option.
export const wrong = healthRoutes({ cheks: {} })
`

/** Types that hold, and a build that runs, with each version of TypeScript and each way to look for modules. */
export const typescriptVersions: Starter = {
  name: 'typescript',
  uses: ['ts-5.4', 'ts-5.9', 'ts-6', 'ts-7', 'hono'],
  files: () => ({
    'package.json': manifest('typescript', {
      dependencies: { '@hono/node-server': '^2.0.0' },
      devDependencies: Object.fromEntries(
        Object.entries(VERSIONS).map(([name, range]) => [name, `npm:typescript@${range}`]),
      ),
    }),
    ...Object.fromEntries(
      ['bundler', 'nodenext', 'node10'].map((each) => [`tsconfig.${each}.json`, settings(each)]),
    ),
    'tsconfig.template.json': TEMPLATE,
    'tsconfig.commonjs.json': settings('nodenext', 'src/entries.cts'),
    'src/entries.cts': ENTRIES,
    'src/entries.ts': ENTRIES,
    'src/process.d.ts': 'declare const process: { env: Record<string, string | undefined> }\n',
    'src/index.ts': app(
      'typescript',
      "serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) })\n",
      '/// <reference path="./process.d.ts" />\nimport { serve } from \'@hono/node-server\'\n',
    ),
  }),
  prepare: [NPM_INSTALL, ...Object.keys(VERSIONS).flatMap(compile)],
  serve: Object.keys(VERSIONS).map((name) => ({
    title: `built by ${name}`,
    command: ['node', `built/${name}/index.js`],
  })),
}
