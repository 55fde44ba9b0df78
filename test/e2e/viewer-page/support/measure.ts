import type { Page } from 'playwright-core'

/** How a page felt while something was done. */
export interface Feel {
  /** Frames that were drawn in a second; a display shows 60. */
  framesPerSecond: number
  /** Tasks of more than 50 ms, in which nothing can answer. */
  longTasks: number
  longestMs: number
}

/** To be called before the page is opened: notes its long tasks. */
export async function noteLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: number[] = []
    Object.assign(window, { tasks })
    new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) tasks.push(duration)
    }).observe({ type: 'longtask', buffered: true })
  })
}

/** Takes the long tasks that were noted so far. */
export async function takeLongTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as unknown as { tasks: number[] }).tasks.splice(0))
}

/** Counts frames and long tasks while `act` goes on. */
export async function feelOf(page: Page, act: () => Promise<void>): Promise<Feel> {
  await takeLongTasks(page)
  await page.evaluate(() => {
    const counted = { frames: 0, startedMs: performance.now(), isOver: false }
    Object.assign(window, { counted })
    const frame = (): void => {
      counted.frames++
      if (!counted.isOver) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  await act()
  const framesPerSecond = await page.evaluate(() => {
    const { counted } = window as unknown as {
      counted: { frames: number; startedMs: number; isOver: boolean }
    }
    counted.isOver = true
    return (counted.frames * 1000) / (performance.now() - counted.startedMs)
  })
  const tasks = await takeLongTasks(page)
  return { framesPerSecond, longTasks: tasks.length, longestMs: Math.max(0, ...tasks) }
}
