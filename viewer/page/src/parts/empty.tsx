import type { ComponentChildren, VNode } from 'preact'

interface EmptyProps {
  title: string
  children?: ComponentChildren
}

/** Instead of a list without entries: what to do next. */
export function Empty({ title, children }: EmptyProps): VNode {
  return (
    <section class="empty">
      <h2>{title}</h2>
      {children}
    </section>
  )
}
