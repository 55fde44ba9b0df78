import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { countedAuth } from 'hono-observability/hono'
import { secretOf, signedIn } from '../accounts/session.ts'
import { isSigned, sign } from '../accounts/signature.ts'
import type { AppEnv } from '../env.ts'
import { presignedUrls } from '../metrics.ts'
import { receiptName } from '../receipt.ts'
import { headersOf, readDocument } from '../store/documents.ts'

const LINK_SECONDS = 10 * 60
const PURPOSE = 'receipt'

/** Receipts for whoever has a link that was made a moment ago. */
export const receipts = new Hono<AppEnv>()

receipts.post('/:id/link', signedIn, async (c) => {
  const id = c.req.param('id')
  const expires = `${Math.floor(Date.now() / 1000) + LINK_SECONDS}`
  const signature = await sign(secretOf(c), PURPOSE, id, expires)
  presignedUrls.add(1, { operation: 'get' })
  return c.json({ url: `/receipts/${id}?${new URLSearchParams({ expires, signature })}` }, 201)
})

receipts.get(
  '/:id',
  countedAuth(async (c, next) => {
    const { expires = '', signature = '' } = c.req.query()
    const isOurs = await isSigned(signature, secretOf(c), PURPOSE, c.req.param('id') ?? '', expires)
    if (!isOurs || Number(expires) * 1000 < Date.now()) {
      throw new HTTPException(403, { message: 'the link is not, or no longer, valid' })
    }
    await next()
  }, 'link'),
  async (c) => {
    const document = await readDocument(c.env.DOCUMENTS, receiptName(c.req.param('id')))
    if (!document) throw new HTTPException(404, { message: 'no such receipt' })
    return c.body(document.body, 200, headersOf(document))
  },
)
