import { readFile } from 'node:fs/promises'
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage'
import type { Plugin } from 'vite'

const QUERY = '?messages'

/**
 * Compiles a catalogue that is imported as `./en.json?messages`, so that no parser of messages
 * goes to the browser. A message that does not parse fails the build.
 */
export const messages = (): Plugin => ({
  name: 'slotkeeper:messages',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (!source.endsWith(QUERY)) return undefined
    const file = await this.resolve(source.slice(0, -QUERY.length), importer)
    // The suffix keeps the bundler from taking it for plain JSON.
    return file && `${file.id}${QUERY}.js`
  },
  async load(id) {
    if (!id.endsWith(`${QUERY}.js`)) return undefined
    const file = id.slice(0, -`${QUERY}.js`.length)
    this.addWatchFile(file)
    const texts = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
    const compiled = Object.entries(texts).map(([key, text]) => [key, compileMessageOrThrow(text)])
    return `export default ${JSON.stringify(Object.fromEntries(compiled))}`
  },
})
