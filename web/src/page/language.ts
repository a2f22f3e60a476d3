const KEY = 'slotkeeper:language'

/** The language that was chosen here before. Storage may be forbidden: then none was. */
export function chosenLanguage(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined
  } catch {
    return undefined
  }
}

/** Remembers a choice, where that is allowed. */
export function keepLanguage(language: string): void {
  try {
    localStorage.setItem(KEY, language)
  } catch {
    // It holds for this page, then.
  }
}
