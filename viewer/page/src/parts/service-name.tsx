import type { VNode } from 'preact'
import { colourOf } from '../format/colour.ts'

/** A service with its colour. */
export function ServiceName({ name }: { name: string }): VNode {
  return (
    <span class={`service ${colourOf(name)}`}>
      <i aria-hidden="true" />
      <bdi>{name || '(unnamed)'}</bdi>
    </span>
  )
}
