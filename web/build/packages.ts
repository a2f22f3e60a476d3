import { fileURLToPath } from 'node:url'

const source = (path: string): string =>
  fileURLToPath(new URL(`../../client/${path}.ts`, import.meta.url))

/**
 * The packages of this repository, from their source: the pages need no build of them. An
 * import takes the first that it begins with.
 */
export const packages: Readonly<Record<string, string>> = {
  '@slotkeeper/client/operator': source('core/src/operator'),
  '@slotkeeper/client': source('core/src/index'),
  '@slotkeeper/react': source('react/src/index'),
}
