import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A payment service. */
export interface Bank {
  readonly url: string
  /** The status of its answers from now on. Default 201. */
  status: number
  /** How long it takes. Default 0. */
  delayMs: number
  /** The headers of the payments so far. */
  readonly payments: Headers[]
  close(): void
}

/** Starts a payment service on 127.0.0.1; every payment gets the id `pay_1`. */
export async function startBank(): Promise<Bank> {
  const payments: Headers[] = []
  const server = createServer((request, response) => {
    payments.push(new Headers(request.headers as Record<string, string>))
    request.resume().on('end', async () => {
      if (bank.delayMs) await new Promise((resolve) => setTimeout(resolve, bank.delayMs))
      response.writeHead(bank.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ paymentId: 'pay_1' }))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const bank: Bank = {
    url: `http://127.0.0.1:${port}`,
    status: 201,
    delayMs: 0,
    payments,
    close: () => server.close(),
  }
  return bank
}
