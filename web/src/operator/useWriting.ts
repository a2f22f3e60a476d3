import { useMemo } from 'react'
import { useSpeech } from '../i18n/speech.js'
import { useOperator } from './useOperator.js'

/** Writes a figure with its unit. */
export type Write = (value: number) => string

/** Writes figures as the operator reads them. */
export function useWriting(): Readonly<Record<'rate' | 'percent' | 'seconds' | 'count', Write>> {
  const { locale } = useSpeech()
  const { tell } = useOperator()
  return useMemo(() => {
    const number = (digits: number) =>
      new Intl.NumberFormat(locale.tag, { maximumFractionDigits: digits })
    const [whole, tenths] = [number(0), number(1)]
    const short: Write = (value) => (value < 10 ? tenths : whole).format(value)
    return {
      count: (value) => whole.format(value),
      rate: (value) => tell('figure.heartbeats.unit', { value: short(value) }),
      percent: (value) => tell('figure.percent', { value: short(value) }),
      seconds: (value) =>
        value < 1
          ? tell('figure.milliseconds', { value: whole.format(value * 1000) })
          : tell('figure.seconds', { value: short(value) }),
    }
  }, [locale, tell])
}
