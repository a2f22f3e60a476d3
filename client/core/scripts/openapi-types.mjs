// Writes types/openapi.d.ts, the shapes of the API's bodies, from docs/openapi.json.
// With --check, says instead whether the file is what it would write.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import openapiTS, { astToString } from 'openapi-typescript'

const target = new URL('../types/openapi.d.ts', import.meta.url)
const document = JSON.parse(
  readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'),
)

// Paths repeat every problem of every route; the client needs the bodies alone.
const types = await openapiTS(
  { ...document, paths: {} },
  { immutable: true, defaultNonNullable: false },
)
const text = `// Written from docs/openapi.json by \`npm run generate\`. Not to be edited.\n\n${astToString(types)}`

if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (readFileSync(target, 'utf8') !== text) {
  process.stderr.write('types/openapi.d.ts is not what docs/openapi.json says: npm run generate\n')
  process.exitCode = 1
}
