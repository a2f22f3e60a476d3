/** Languages that the pages speak. */
export const LANGUAGES = ['en', 'de'] as const

export type Language = (typeof LANGUAGES)[number]

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' }

const isLanguage = (text: string): text is Language =>
  (LANGUAGES as readonly string[]).includes(text)

/** How a visitor reads: the language of words, and the locale of dates and numbers. */
export interface Locale {
  readonly language: Language
  /** A BCP 47 tag of `language`, with the visitor's region where it is known. */
  readonly tag: string
  /** Whether the visitor's clock counts to twelve or to twenty-four. */
  readonly hourCycle: 'h12' | 'h23'
  /** The first day of the week, 1 for Monday to 7 for Sunday. */
  readonly weekStart: number
}

/** The language of the first tag that is spoken here; English when none is. */
const spoken = (tags: readonly string[]): Language =>
  tags.map((tag) => tag.split('-')[0] ?? '').find(isLanguage) ?? 'en'

interface WeekInfo {
  readonly firstDay: number
}

/** Not every browser tells the week of a locale, and some tell it by a property. */
function weekStartOf(tag: string): number {
  const locale = new Intl.Locale(tag) as Intl.Locale & {
    getWeekInfo?: () => WeekInfo
    weekInfo?: WeekInfo
  }
  return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1
}

/** Tells `h11` and `h24`, which nobody uses, as their neighbours. */
function hourCycleOf(tag: string): Locale['hourCycle'] {
  const { hourCycle } = new Intl.DateTimeFormat(tag, { hour: 'numeric' }).resolvedOptions()
  return hourCycle === 'h11' || hourCycle === 'h12' ? 'h12' : 'h23'
}

/**
 * How somebody reads whose browser asks for `tags`, the dearest first, and who may have chosen
 * a language.
 *
 * Clock and week follow the visitor's own region even where the words are of another language:
 * who reads French in Paris gets English words and a clock of 24 hours.
 */
export function localeFor(tags: readonly string[], chosen?: string): Locale {
  const language = chosen && isLanguage(chosen) ? chosen : spoken(tags)
  const own = tags[0] ?? language
  const tag = tags.find((each) => each.split('-')[0] === language) ?? language
  return { language, tag, hourCycle: hourCycleOf(own), weekStart: weekStartOf(own) }
}
