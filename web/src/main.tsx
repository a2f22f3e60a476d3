import { createClient } from '@slotkeeper/client'
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { type Speech, speechFor, SpeechProvider } from './i18n/speech.js'
import { App } from './page/App.js'
import { Frame } from './page/Frame.js'
import { chosenLanguage, keepLanguage } from './page/language.js'
import { SlotkeeperProvider } from '@slotkeeper/react'
import './styles/page.css'

const client = createClient({ timerWorkerUrl: '/timer-worker.js' })

function Page({ first }: { readonly first: Speech }) {
  const [speech, setSpeech] = useState(first)
  useEffect(() => {
    document.documentElement.lang = speech.locale.language
  }, [speech])
  const changeLanguage = async (language: string) => {
    keepLanguage(language)
    setSpeech(await speechFor(navigator.languages, language))
  }
  return (
    <SpeechProvider value={speech}>
      <SlotkeeperProvider client={client}>
        <Frame onLanguage={(language) => void changeLanguage(language)}>
          <App />
        </Frame>
      </SlotkeeperProvider>
    </SpeechProvider>
  )
}

const place = document.getElementById('page')
if (place) {
  const first = await speechFor(navigator.languages, chosenLanguage())
  createRoot(place).render(
    <StrictMode>
      <Page first={first} />
    </StrictMode>,
  )
}
