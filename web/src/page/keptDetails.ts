import type { Choice, ResourceId } from '@slotkeeper/client'
import type { Draft } from '../steps/draft.js'

/** What somebody was in the middle of. */
export interface KeptDetails {
  readonly resourceId: ResourceId
  readonly choice: Choice
  readonly draft: Draft
}

const KEY = 'slotkeeper:details'

/**
 * Takes what the page before has left in this tab. It is there from one page to the next alone:
 * a tab that is duplicated has a copy of the storage, and would fill in the same form.
 */
function take(): KeptDetails | undefined {
  try {
    const text = sessionStorage.getItem(KEY)
    sessionStorage.removeItem(KEY)
    // Who came by another way than a reload or Back wants something else.
    if (!text || (history.state as { step?: string } | null)?.step !== 'details') return undefined
    return JSON.parse(text) as KeptDetails
  } catch {
    // Storage is forbidden, or it was not written here.
    return undefined
  }
}

const found = take()

/** The form that was being filled in when the page was loaded anew. */
export const keptDetails = (resourceId: ResourceId): KeptDetails | undefined =>
  found?.resourceId === resourceId ? found : undefined

/** Leaves it for the next page of this tab. */
export function keepDetails(details: KeptDetails): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(details))
  } catch {
    // Then a reload begins at the times, as a new visit does.
  }
}

/** This page has come back by itself, with all that it was in the middle of. */
export function dropKeptDetails(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // Nothing was kept.
  }
}
