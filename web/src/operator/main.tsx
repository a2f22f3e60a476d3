import { createClient } from '@slotkeeper/client'
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { type Speech, speechFor, SpeechProvider } from '../i18n/speech.js'
import { sayOwn } from '../i18n/text.js'
import { Frame } from '../page/Frame.js'
import { chosenLanguage, keepLanguage } from '../page/language.js'
import { SlotkeeperProvider } from '@slotkeeper/react'
import '../styles/operator.css'
import { Figures } from './Figures.js'
import { KeyGate } from './KeyGate.js'
import { Timeline } from './Timeline.js'
import { type OperatorSay, useOperator } from './useOperator.js'

const client = createClient({ timerWorkerUrl: '/timer-worker.js' })

/** Speech with the operator's own texts beside. */
interface Voice {
  readonly speech: Speech
  readonly tell: OperatorSay
}

async function voiceFor(chosen: string | undefined): Promise<Voice> {
  const speech = await speechFor(navigator.languages, chosen)
  const tell: OperatorSay = await sayOwn(speech.locale.language, {
    en: () => import('./en.json?messages'),
    de: () => import('./de.json?messages'),
  })
  return { speech, tell }
}

function OperatorPage({ first }: { readonly first: Voice }) {
  const [{ speech, tell }, setVoice] = useState(first)
  useEffect(() => {
    document.documentElement.lang = speech.locale.language
    document.title = `Slotkeeper · ${tell('title')}`
  }, [speech, tell])
  const changeLanguage = async (language: string) => {
    keepLanguage(language)
    setVoice(await voiceFor(language))
  }
  return (
    <SpeechProvider value={speech}>
      <SlotkeeperProvider client={client}>
        <Frame onLanguage={(language) => void changeLanguage(language)}>
          <KeyGate tell={tell}>
            <div className="operator">
              <Head />
              <Figures />
              <Timeline />
            </div>
          </KeyGate>
        </Frame>
      </SlotkeeperProvider>
    </SpeechProvider>
  )
}

function Head() {
  const { tell, onRefused } = useOperator()
  return (
    <header className="operator-head">
      <h1>{tell('title')}</h1>
      <button type="button" className="button" onClick={onRefused}>
        {tell('key.forget')}
      </button>
    </header>
  )
}

const place = document.getElementById('page')
if (place) {
  const first = await voiceFor(chosenLanguage())
  createRoot(place).render(
    <StrictMode>
      <OperatorPage first={first} />
    </StrictMode>,
  )
}
