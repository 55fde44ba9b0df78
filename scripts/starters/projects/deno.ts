import { app, json, manifest, NPM_INSTALL, type Starter } from '../starter.ts'

const SERVE =
  "Deno.serve({ port: Number(Deno.env.get('PORT')), hostname: '127.0.0.1' }, app.fetch)\n"
const FLAGS = ['--no-lock', '--allow-net', '--allow-env', '--allow-read']

/** Deno with its packages in `node_modules`. */
export const denoStarter: Starter = {
  name: 'deno',
  uses: ['deno', 'hono'],
  files: () => ({
    'package.json': manifest('deno'),
    'deno.json': json({
      nodeModulesDir: 'manual',
      compilerOptions: { jsx: 'precompile', jsxImportSource: 'hono/jsx' },
    }),
    'main.ts': app('deno', SERVE),
    'app.ts': app('deno', 'export default app\n'),
  }),
  prepare: [NPM_INSTALL],
  serve: [
    { title: 'deno run', command: ['deno', 'run', ...FLAGS, 'main.ts'] },
    {
      title: 'deno serve',
      command: ['deno', 'serve', ...FLAGS, '--host', '127.0.0.1', '--port', '%port%', 'app.ts'],
    },
  ],
}

/** An app whose Hono is another copy than ours: what \`jsr:@hono/hono\` beside npm comes to. */
export const denoTwoCopies: Starter = {
  name: 'deno-two-copies',
  uses: ['deno', 'hono', 'hono-of-the-app'],
  files: () => ({
    'package.json': manifest('deno-two-copies', {
      dependencies: { 'hono-of-the-app': 'npm:hono@4.12.0' },
    }),
    'deno.json': json({
      nodeModulesDir: 'manual',
      imports: { hono: 'npm:hono-of-the-app' },
    }),
    'main.ts': app('deno-two-copies', SERVE).replace("'hono'", "'hono-of-the-app'"),
  }),
  prepare: [NPM_INSTALL],
  serve: [{ title: 'a second copy of Hono', command: ['deno', 'run', ...FLAGS, 'main.ts'] }],
}
