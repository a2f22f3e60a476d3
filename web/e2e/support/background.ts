import { type CDPSession, chromium } from '@playwright/test'
import { launchOptions } from './chromium.js'

/**
 * What Playwright asks of Chromium so that no tab is ever in the background. Without these a
 * hidden tab has its timers slowed, and after a second of grace instead of five minutes as much
 * as Chromium ever does.
 */
const NEVER_IN_BACKGROUND = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
]
const SOON_SLOW = '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1'

/** A tab that Playwright does not keep awake. */
export interface Tab {
  /** The value of an expression in the tab, once it is settled. */
  readonly evaluate: (expression: string) => Promise<unknown>
}

export interface TabbedBrowser {
  /** Opens a tab before all others: they are in the background from now on. */
  readonly open: (url: string) => Promise<Tab>
  readonly close: () => Promise<void>
}

/** A browser of its own whose tabs are treated as those of people are. */
export async function openBrowser(): Promise<TabbedBrowser> {
  const options = launchOptions()
  const browser = await chromium.launch({
    ...options,
    args: [...options.args, SOON_SLOW],
    ignoreDefaultArgs: NEVER_IN_BACKGROUND,
  })
  const session = await browser.newBrowserCDPSession()
  return {
    open: async (url) => {
      const { targetId } = await session.send('Target.createTarget', { url })
      await session.send('Target.activateTarget', { targetId })
      return tabOf(session, targetId)
    },
    close: () => browser.close(),
  }
}

let calls = 0

/** Speaks to a tab without taking it over, as Playwright's pages are. */
async function tabOf(session: CDPSession, targetId: string): Promise<Tab> {
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false })
  return {
    evaluate: (expression) =>
      new Promise((resolve, reject) => {
        const id = (calls += 1)
        const hear = (event: { readonly message: string }) => {
          const told = JSON.parse(event.message) as Told
          if (told.id !== id) return
          session.off('Target.receivedMessageFromTarget', hear)
          resolve(told.result?.result?.value)
        }
        session.on('Target.receivedMessageFromTarget', hear)
        const params = { expression, awaitPromise: true, returnByValue: true }
        const message = JSON.stringify({ id, method: 'Runtime.evaluate', params })
        session.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject)
      }),
  }
}

interface Told {
  readonly id?: number
  readonly result?: { readonly result?: { readonly value?: unknown } }
}
