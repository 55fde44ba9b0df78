import { Component, type ComponentChild, type FunctionComponent } from 'preact'

/** Draws a component anew only when one of its properties is another. For the rows of long lists. */
export function unlessSame<P extends object>(
  component: FunctionComponent<P>,
): {
  new (props: P): Component<P>
} {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const keys = Object.keys(next) as (keyof P)[]
      return keys.some((key) => next[key] !== (this.props as P)[key])
    }

    override render(): ComponentChild {
      return component(this.props as P)
    }
  }
}
