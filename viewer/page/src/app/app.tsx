import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { go, goBack, urlOf, usePlace } from '../data/place.ts'
import { carried } from '../data/range.ts'
import { Empty } from '../parts/empty.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { type Keys, moveFocus, useKeys } from './keys.ts'
import { Header } from './page-header.tsx'
import { KEYED_SECTIONS, viewOf } from './views.ts'

/** The whole page: what stays, and the view of the present address. */
export function App(): VNode {
  const place = usePlace()
  const view = viewOf(place)
  const [isHelpOpen, setHelpOpen] = useState(false)
  const main = useRef<HTMLElement>(null)
  const isFirst = useRef(true)

  useEffect(() => {
    document.title = `${view?.title ?? 'Not found'} · hono-observability`
    // Whoever hears the page is told of the new view; at the start the browser does that.
    const isThere = main.current?.contains(document.activeElement)
    if (!isFirst.current && !isThere) main.current?.focus({ preventScroll: true })
    isFirst.current = false
  }, [place.path])

  const keys: Keys = {
    '/': () => document.querySelector<HTMLElement>('[data-search]')?.focus(),
    '?': () => setHelpOpen(true),
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
    Escape: () => goUp(place.path),
  }
  for (const [at, [path]] of KEYED_SECTIONS.entries()) {
    keys[String(at + 1)] = () => go(urlOf(path, carried(place.query)))
  }
  useKeys(keys, 'page')

  const Component = view?.component
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header place={place} onHelp={() => setHelpOpen(true)} />
      <main id="main" ref={main} tabIndex={-1}>
        {Component ? (
          <Component key={place.path} query={place.query} id={view.id} />
        ) : (
          <Empty title="There is no such page">
            <p>
              <a href="/">To the overview</a>
            </p>
          </Empty>
        )}
      </main>
      <HelpDialog isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </>
  )
}

/** From one trace to the list it was opened from, with its filters. */
function goUp(path: string): void {
  const [, list] = /^(\/(?:traces|metrics|profiles))\/./.exec(path) ?? []
  if (list) goBack(list)
  else if (/^\/(compare|latency)/.test(path)) goBack('/traces')
  else (document.activeElement as HTMLElement | null)?.blur()
}
