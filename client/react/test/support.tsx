import { createClient, type SlotkeeperClient } from '@slotkeeper/client'
import { act, cleanup, renderHook, type RenderHookResult } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, beforeEach, vi } from 'vitest'
import { FakeServer } from '../../core/test/support/fakeServer.js'
import { FakePage, fakePlatform, pass as passTime } from '../../core/test/support/platform.js'
import { SlotkeeperProvider } from '../src/index.js'

/** A page with one provider, on a server and a clock of the test's own. */
export interface World {
  server: FakeServer
  page: FakePage
  client: SlotkeeperClient
}

/** A new world for each test. */
export function world(): World {
  const made = {} as World
  beforeEach(() => {
    sessionStorage.clear()
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 20) })
    made.server = new FakeServer()
    made.page = new FakePage()
    made.client = createClient({ platform: fakePlatform(made.server, made.page) })
  })
  afterEach(() => {
    cleanup()
    made.client.close()
    vi.useRealTimers()
  })
  return made
}

/** Lets `ms` pass, and what is due be rendered. */
export const pass = (ms = 0): Promise<void> => act(() => passTime(ms))

/** Renders a hook below the provider, in Strict Mode. */
export function renderIn<Props, Result>(
  { client }: World,
  hook: (props: Props) => Result,
  initialProps: Props,
): RenderHookResult<Result, Props> {
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <StrictMode>
      <SlotkeeperProvider client={client}>{children}</SlotkeeperProvider>
    </StrictMode>
  )
  return renderHook(hook, { wrapper, initialProps })
}
