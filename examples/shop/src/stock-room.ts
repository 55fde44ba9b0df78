import { DurableObject } from 'cloudflare:workers'
import type { Bindings } from './env.ts'
import type { CartItem } from './model.ts'
import { holdUntilMs, Shelves } from './shelves.ts'

/**
 * What is on the shelves. One object serves all customers, so that the last piece is sold once: its
 * methods run one after the other, and each changes all of its rows or none.
 */
export class StockRoom extends DurableObject<Bindings> {
  readonly #shelves: Shelves

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    this.#shelves = new Shelves(ctx.storage)
  }

  async reserve(orderId: string, items: CartItem[]): Promise<number[]> {
    const untilMs = holdUntilMs(this.env.HOLD_SECONDS)
    const short = this.#shelves.reserve(orderId, items, untilMs)
    const { storage } = this.ctx
    if (short.length === 0 && (await storage.getAlarm()) === null) await storage.setAlarm(untilMs)
    return short
  }

  pick(orderId: string): void {
    this.#shelves.pick(orderId)
  }

  release(orderId: string): void {
    this.#shelves.release(orderId)
  }

  restock(): number {
    return this.#shelves.restock()
  }

  override async alarm(): Promise<void> {
    const nextMs = this.#shelves.releaseExpired(Date.now())
    if (nextMs !== null) await this.ctx.storage.setAlarm(nextMs)
  }
}
