import { vi } from 'vitest'
import { DayFeed } from '../../src/dayFeed.js'
import type { DayStore } from '../../src/dayStore.js'
import type { Platform } from '../../src/platform.js'
import type { FakeServer } from './fakeServer.js'

/** A page of one tab: nothing random, no neighbours, and the test's own clock. */
export class FakePage extends EventTarget {
  visible = true
  readonly beacons: { readonly url: string; readonly text: string }[] = []

  say(event: string): void {
    this.dispatchEvent(new Event(event))
  }
}

let ids = 0

/** The platform of a tab on `page` that talks to `server`. */
export function fakePlatform(
  server: Pick<FakeServer, 'fetch'>,
  page = new FakePage(),
  more: Partial<Platform> = {},
): Platform {
  return {
    fetch: server.fetch,
    random: () => 1,
    monotonicMs: () => performance.now(),
    wallMs: () => Date.now(),
    id: () => `id-${(ids += 1)}`,
    beacon: (url, text) => {
      page.beacons.push({ url, text })
      void server.fetch(url, { method: 'POST', body: text })
      return true
    },
    page,
    visible: () => page.visible,
    ...more,
  }
}

/** The days of studio-a, for a tab of its own. */
export const storeOn = (platform: Platform): DayStore => new DayFeed(platform, '').store('studio-a')

/** Lets `ms` pass, and everything that is due by then happen. */
export async function pass(ms = 0): Promise<void> {
  // Streams hand on over several turns; none of them takes time.
  for (let turn = 0; turn < 5; turn += 1) await vi.advanceTimersByTimeAsync(0)
  await vi.advanceTimersByTimeAsync(ms)
  for (let turn = 0; turn < 5; turn += 1) await vi.advanceTimersByTimeAsync(0)
}
