import { type Messages, setupI18n } from '@lingui/core'
import type enTexts from './en.json'
import type { Language } from './locale.js'

/** The key of a text; `en.json` has them all. */
export type TextKey = keyof typeof enTexts

/** Says a text in the visitor's language. */
export type Say<Key extends string = TextKey> = (
  key: Key,
  values?: Readonly<Record<string, string | number>>,
) => string

/** Where the texts of each language come from. */
export type Catalogues = Readonly<Record<Language, () => Promise<{ default: Messages }>>>

const CATALOGUES: Catalogues = {
  en: () => import('./en.json?messages'),
  de: () => import('./de.json?messages'),
}

/** What says texts in `language`, once its catalogue is here. */
export async function sayIn<Key extends string = TextKey>(
  language: Language,
  catalogues: Catalogues = CATALOGUES,
): Promise<Say<Key>> {
  const { default: catalogue } = await catalogues[language]()
  const i18n = setupI18n({ locale: language, messages: { [language]: catalogue } })
  return (key, values) => i18n._(key, values)
}
