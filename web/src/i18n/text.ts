import { type I18n, type Messages, setupI18n } from '@lingui/core'
import type stepTexts from '../steps/en.json'
import type firstTexts from './en.json'
import { type Language, LANGUAGES } from './locale.js'

/** The key of a text: of those that the first view needs, or of those that the steps bring. */
export type TextKey = keyof typeof firstTexts | keyof typeof stepTexts

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

const speaker = (language: Language): I18n =>
  setupI18n({ locale: language, messages: { [language]: {} } })

/** One for each language, which learns what comes later. */
const speakers: Readonly<Record<Language, I18n>> = { en: speaker('en'), de: speaker('de') }

/** Teaches all languages what is said only later, so that the first view need not wait for it. */
export function teach(later: Readonly<Record<Language, Messages>>): void {
  for (const language of LANGUAGES) speakers[language].load(language, later[language])
}

/** What says texts in `language`, once its catalogue is here. */
export async function sayIn(language: Language): Promise<Say> {
  return sayFrom(speakers[language], language, CATALOGUES)
}

/** The same from catalogues of a page's own. */
export async function sayOwn<Key extends string>(
  language: Language,
  catalogues: Catalogues,
): Promise<Say<Key>> {
  return sayFrom(speaker(language), language, catalogues)
}

async function sayFrom<Key extends string>(
  i18n: I18n,
  language: Language,
  catalogues: Catalogues,
): Promise<Say<Key>> {
  const { default: catalogue } = await catalogues[language]()
  i18n.load(language, catalogue)
  return (key, values) => i18n._(key, values)
}
