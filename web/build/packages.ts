import { fileURLToPath } from 'node:url'

const source = (of: string): string =>
  fileURLToPath(new URL(`../../client/${of}/src/index.ts`, import.meta.url))

/** The packages of this repository, from their source: the pages need no build of them. */
export const packages: Readonly<Record<string, string>> = {
  '@slotkeeper/client': source('core'),
  '@slotkeeper/react': source('react'),
}
