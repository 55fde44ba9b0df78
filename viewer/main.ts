#!/usr/bin/env node
// Before anything that an older Node cannot load.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `Cannot start: hono-observability's viewer needs Node 22.13 or later (node:sqlite), this is ${process.versions.node}.\nWith npm, any machine can have one: npx --package=node@24 --package=hono-observability hono-observability\n`,
  )
  process.exitCode = 1
} else {
  const { run } = await import('./node/run.ts')
  await run(process.argv.slice(2))
}
