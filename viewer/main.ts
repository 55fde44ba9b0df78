#!/usr/bin/env node
// Before anything that an older Node cannot load.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 13)) {
  const [refusal, what] =
    process.argv[2] === 'profile'
      ? ['Cannot profile', 'hono-observability profile']
      : ['Cannot start', "hono-observability's viewer"]
  process.stderr.write(
    `${refusal}: ${what} needs Node 22.13 or later, this is ${process.versions.node}.\nWith npm, any machine can have one: npx --package=node@24 --package=hono-observability hono-observability\n`,
  )
  process.exitCode = 1
} else {
  const { run } = await import('./node/run.ts')
  await run(process.argv.slice(2))
}
