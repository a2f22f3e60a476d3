import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { localeFor } from '../src/i18n/locale.js'
import { sayIn } from '../src/i18n/text.js'

const source = new URL('../src/', import.meta.url)

const read = (path: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(path, source), 'utf8')) as Record<string, string>

type Tokens = ReturnType<typeof compileMessageOrThrow>

/** The names that a text has places for, those within its plurals too. */
const namesIn = (tokens: Tokens): string[] =>
  tokens.flatMap((token) => {
    if (typeof token === 'string') return []
    const [name, , format] = token
    const choices = Object.values((format ?? {}) as Record<string, unknown>)
    return [name, ...choices.filter(Array.isArray).flatMap((choice) => namesIn(choice as Tokens))]
  })

const places = (text: string) => [...new Set(namesIn(compileMessageOrThrow(text)))].toSorted()

describe.each(['i18n', 'steps', 'operator'])('the texts of %s', (folder) => {
  const english = read(`${folder}/en.json`)
  const german = read(`${folder}/de.json`)

  it('are there in both languages, in the same order', () => {
    expect(Object.keys(german)).toEqual(Object.keys(english))
  })

  it('have the same places to fill', () => {
    for (const [key, text] of Object.entries(english)) {
      expect([key, places(german[key] ?? '')]).toEqual([key, places(text)])
    }
  })

  it('are all in use', () => {
    const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => readFileSync(new URL(path, source), 'utf8'))
      .join('')
    // Keys that are put together: `slots.${part}` uses every key that begins so.
    const beginnings = [...code.matchAll(/`([a-z.]+\.)\$\{/g)].map(
      ([, beginning]) => beginning ?? '',
    )
    const unused = Object.keys(english).filter(
      (key) =>
        !code.includes(`'${key}'`) && !beginnings.some((beginning) => key.startsWith(beginning)),
    )
    expect(unused).toEqual([])
  })
})

describe('a visitor', () => {
  it('hears the language that comes first among those spoken here', () => {
    expect(localeFor(['de-AT', 'en']).tag).toBe('de-AT')
    expect(localeFor(['fr-FR', 'de', 'en']).language).toBe('de')
    expect(localeFor(['ja']).language).toBe('en')
    expect(localeFor([]).language).toBe('en')
  })

  it('may choose another', () => {
    expect(localeFor(['en-US'], 'de')).toMatchObject({
      language: 'de',
      tag: 'de',
      hourCycle: 'h12',
    })
    expect(localeFor(['en-US'], 'tlh').language).toBe('en')
  })

  it('is told numbers in the right form', async () => {
    const say = await sayIn('de')
    expect(say('slots.count', { count: 1 })).toBe('1 Zeit verfügbar')
    expect(say('slots.count', { count: 7 })).toBe('7 Zeiten verfügbar')
    expect(say('slots.count', { count: 0 })).toBe('Keine Zeiten verfügbar')
  })
})
