/**
 * Log lines of Workers, for the agent's files:
 *
 *   npx wrangler tail shop --format json | node monitoring/workers/tail-lines.ts >> /var/log/app/shop.log
 *   zcat *.log.gz | node monitoring/workers/tail-lines.ts >> /var/log/app/shop.log     of Logpush, from a bucket
 */
import { linesOf } from './event-lines.ts'
import { jsonTexts } from './json-texts.ts'

const read = jsonTexts((json) => {
  process.stdout.write(linesOf(json))
})
process.stdin.setEncoding('utf8')
for await (const part of process.stdin) {
  read(part as string)
}
