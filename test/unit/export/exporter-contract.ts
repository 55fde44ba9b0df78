import { describe, expect, it } from 'vitest'
import type { Exporter } from '../../../src/export/exporter.ts'
import type { Outcome } from '../../../src/export/outcome.ts'

/** How the receiver behind an exporter behaves. */
export type Behaviour = 'takes' | 'refuses' | 'throws' | 'hangs'

/** One way of exporting, with a receiver that does as told. */
export interface Contracted<T> {
  readonly exporter: Exporter<T>
  /** Records that are distinct, as many as asked for. */
  records(count: number): readonly T[]
  /** How many records have arrived, those that came again included. */
  arrived(): number
  behave(how: Behaviour): void
}

const RESOURCE = { 'service.name': 'shop' }

const KINDS = ['accepted', 'retry', 'refused', 'spilled']

/** What every exporter must do, whatever is behind it. */
export const exporterContract = <T>(name: string, setUp: () => Contracted<T>): void => {
  describe(`an exporter: ${name}`, () => {
    const attempt = async (
      { exporter, records }: Contracted<T>,
      count: number,
      env: unknown = {},
    ): Promise<Outcome> => exporter.export(exporter.seal(records(count), RESOURCE), env)

    it('says where it leads, what it is and how long an attempt may take', () => {
      const { exporter } = setUp()
      expect(exporter.receiver).toMatch(/\S/)
      expect(exporter.attributes['otel.component.type']).toMatch(/_(span|metric|log)_exporter$/)
      expect(exporter.timeoutMs).toBeGreaterThan(0)
    })

    it('seals records with the bytes that it keeps beside them, not fewer for more of them', () => {
      const { exporter, records } = setUp()
      const [few, many] = [2, 200].map((count) => exporter.seal(records(count), RESOURCE).bytes)
      expect(few).toBeGreaterThanOrEqual(0)
      expect(many).toBeGreaterThanOrEqual(few as number)
    })

    it('delivers every record once for each attempt that is accepted', async () => {
      const contracted = setUp()
      expect(await attempt(contracted, 7)).toMatchObject({ kind: 'accepted', rejected: 0 })
      expect(contracted.arrived()).toBe(7)
    })

    it('sends the same records again when it is asked to', async () => {
      const contracted = setUp()
      const sealed = contracted.exporter.seal(contracted.records(3), RESOURCE)
      contracted.behave('throws')
      await contracted.exporter.export(sealed, {})
      contracted.behave('takes')
      const before = contracted.arrived()
      expect(await contracted.exporter.export(sealed, {})).toMatchObject({ kind: 'accepted' })
      expect(contracted.arrived() - before).toBe(3)
    })

    it.each<Behaviour>(['refuses', 'throws', 'hangs'])(
      'ends in an outcome, and never rejects, when the receiver %s',
      async (how) => {
        const contracted = setUp()
        contracted.behave(how)
        const outcome = await attempt(contracted, 2)
        expect(KINDS).toContain(outcome.kind)
        expect(outcome.kind).not.toBe('accepted')
        if ('reason' in outcome) {
          expect(outcome.reason).toMatch(/^\w+$/)
        }
      },
    )

    it('needs no bindings', async () => {
      expect(await attempt(setUp(), 1, undefined)).toMatchObject({ kind: 'accepted' })
    })
  })
}
