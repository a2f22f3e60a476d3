import { useEffect, useState } from 'react'
import { useSpeech } from '../i18n/speech.js'

/** Milliseconds for which the button says that it has copied. */
const SAID_MS = 3_000

/** Copies a text, and says so for a moment. */
export function CopyButton({ text }: { readonly text: string }) {
  const { say } = useSpeech()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      // Forbidden or not there: the link beside it can be copied by hand.
    }
  }
  return (
    <>
      <button type="button" className="button" onClick={() => void copy()}>
        {say(copied ? 'done.copied' : 'done.copy')}
      </button>
      <span role="status" className="unseen">
        {copied ? say('done.copied') : ''}
      </span>
    </>
  )
}
