import { createContext, useContext } from 'react'
import { type Formats, formatsFor } from '../time/formats.js'
import { type Locale, localeFor } from './locale.js'
import { type Say, sayIn } from './text.js'

/** All that is needed to speak to the visitor. */
export interface Speech {
  readonly locale: Locale
  readonly say: Say
  readonly formats: Formats
}

/** Speech for a visitor whose browser asks for `tags`, and who may have chosen a language. */
export async function speechFor(tags: readonly string[], chosen?: string): Promise<Speech> {
  const locale = localeFor(tags, chosen)
  const say = await sayIn(locale.language)
  return { locale, say, formats: formatsFor(locale, say) }
}

const Context = createContext<Speech | undefined>(undefined)

export const SpeechProvider = Context.Provider

/** The speech that the page was started with. */
export function useSpeech(): Speech {
  const speech = useContext(Context)
  if (!speech) throw new Error('No SpeechProvider is above this component.')
  return speech
}
