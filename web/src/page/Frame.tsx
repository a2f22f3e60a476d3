import type { ReactNode } from 'react'
import { LANGUAGE_NAMES, LANGUAGES } from '../i18n/locale.js'
import { useSpeech } from '../i18n/speech.js'

/** What surrounds every page. */
export function Frame({
  children,
  onLanguage,
}: {
  readonly children: ReactNode
  readonly onLanguage: (language: string) => void
}) {
  const { say, locale } = useSpeech()
  return (
    <>
      <main className="stage">{children}</main>
      <footer className="footer">
        <p>{say('app.footer')}</p>
        <p className="languages" role="group" aria-label={say('app.language')}>
          {LANGUAGES.map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              aria-pressed={language === locale.language}
              onClick={() => onLanguage(language)}
            >
              {LANGUAGE_NAMES[language]}
            </button>
          ))}
        </p>
      </footer>
    </>
  )
}
