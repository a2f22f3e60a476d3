import de from './de.json?messages'
import en from './en.json?messages'

/** In both languages: who changes the language in the middle of a form waits for nothing. */
export const STEP_TEXTS = { en, de }
