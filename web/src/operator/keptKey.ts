const KEY = 'slotkeeper:admin-key'

/** The key that was typed into this tab before. */
export function keptKey(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined
  } catch {
    return undefined
  }
}

/** Keeps the key for this tab, and no longer. */
export function keepKey(key: string): void {
  try {
    sessionStorage.setItem(KEY, key)
  } catch {
    // Without storage it holds until the next load.
  }
}

export function forgetKey(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // Nothing was kept, then.
  }
}
