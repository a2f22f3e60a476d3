import type { SlotkeeperClient } from '@slotkeeper/client'
import { createContext, createElement, type ReactNode, useContext } from 'react'

const Client = createContext<SlotkeeperClient | undefined>(undefined)

/** What a {@link SlotkeeperProvider} is given. */
export interface SlotkeeperProviderProps {
  /** Made once, outside of rendering: everything that is shared hangs on it. */
  readonly client: SlotkeeperClient
  readonly children?: ReactNode
}

/** Gives the hooks below it their client. */
export const SlotkeeperProvider = ({ client, children }: SlotkeeperProviderProps) =>
  createElement(Client.Provider, { value: client }, children)

/**
 * The client of the provider above.
 *
 * @throws Error where there is none: a mistake in the program, which no state can mend.
 */
export function useSlotkeeper(): SlotkeeperClient {
  const client = useContext(Client)
  if (!client) throw new Error('useSlotkeeper needs a SlotkeeperProvider above it')
  return client
}
