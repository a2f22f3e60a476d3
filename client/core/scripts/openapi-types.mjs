// Writes types/openapi.d.ts, the shapes of the API's bodies, and src/refusals.ts, the kinds of
// refusals as values, from docs/openapi.json. With --check, says instead whether the files are
// what it would write.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import openapiTS, { astToString } from 'openapi-typescript'

const document = JSON.parse(
  readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'),
)
const note = '// Written from docs/openapi.json by `npm run generate`. Not to be edited.\n\n'

// Paths repeat every problem of every route; the client needs the bodies alone.
const types = await openapiTS(
  { ...document, paths: {} },
  { immutable: true, defaultNonNullable: false },
)
const kinds = document.components.schemas.Refusal.enum.map((kind) => `  '${kind}',\n`)
const refusals = `import type { RefusalKind } from './wire.js'

/** Every kind of refusal. */
export const REFUSALS = [
${kinds.join('')}] as const satisfies readonly RefusalKind[]
`
const files = {
  'types/openapi.d.ts': note + astToString(types),
  'src/refusals.ts': note + refusals,
}

for (const [name, text] of Object.entries(files)) {
  const target = new URL(`../${name}`, import.meta.url)
  if (!process.argv.includes('--check')) writeFileSync(target, text)
  else if (readFileSync(target, 'utf8') !== text) {
    process.stderr.write(`${name} is not what docs/openapi.json says: npm run generate\n`)
    process.exitCode = 1
  }
}
