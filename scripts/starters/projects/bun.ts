import { app, json, manifest, type Starter } from '../starter.ts'

/** Bun's template: its own installer, and types as its tsconfig resolves them. */
export const bunStarter: Starter = {
  name: 'bun',
  uses: ['bun', 'hono'],
  files: () => ({
    'package.json': manifest('bun', { devDependencies: { '@types/bun': '^1.3.0' } }),
    'tsconfig.json': json({
      compilerOptions: { strict: true, jsx: 'react-jsx', jsxImportSource: 'hono/jsx' },
    }),
    'src/index.ts': app('bun', 'export default app\n'),
    'src/serve.ts': app('bun', 'Bun.serve({ port: Number(process.env.PORT), fetch: app.fetch })\n'),
  }),
  prepare: [['bun', 'install', '--no-save']],
  serve: [
    { title: 'export default app', command: ['bun', 'run', 'src/index.ts'] },
    { title: 'Bun.serve', command: ['bun', 'run', 'src/serve.ts'] },
  ],
}
