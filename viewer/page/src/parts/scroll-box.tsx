import type { ComponentChildren, RefObject, VNode } from 'preact'

interface ScrollBoxProps {
  class: string
  label: string
  children: ComponentChildren
  box?: RefObject<HTMLElement | null>
}

/** What is larger than its place, and can be scrolled by keys as well. */
export function ScrollBox({ class: className, label, children, box }: ScrollBoxProps): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll what has the focus
    <section class={className} aria-label={label} tabIndex={0} ref={box ?? null}>
      {children}
    </section>
  )
}
