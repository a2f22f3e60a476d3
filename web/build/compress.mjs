// Puts beside each file of text what the server sends of it to those that accept it compressed:
// the same as `.br` and as `.gz`. The server compresses nothing by itself.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const DIST = fileURLToPath(new URL('../dist/', import.meta.url))

const TEXT = /\.(html|js|css|svg)$/

for (const name of readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
  if (!TEXT.test(name)) continue
  const bytes = readFileSync(DIST + name)
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  writeFileSync(`${DIST}${name}.br`, brotliCompressSync(bytes, { params }))
  writeFileSync(`${DIST}${name}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }))
}
