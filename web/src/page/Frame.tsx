import { type ReactNode, useRef } from 'react'
import { LANGUAGE_NAMES, LANGUAGES } from '../i18n/locale.js'
import { useSpeech } from '../i18n/speech.js'
import { useFocusKept } from './useFocusKept.js'

/** What surrounds every page. */
export function Frame({
  children,
  onLanguage,
}: {
  readonly children: ReactNode
  readonly onLanguage: (language: string) => void
}) {
  const { say, locale } = useSpeech()
  const main = useRef<HTMLElement>(null)
  useFocusKept(main)
  return (
    <>
      <main className="stage" ref={main}>
        {children}
      </main>
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
