import type { Resource } from '@slotkeeper/client'

/** Text as it is searched: letters without their marks, in lower case. */
const plain = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** The resources in whose name or id each word of `wanted` is found. */
export function found(resources: readonly Resource[], wanted: string): readonly Resource[] {
  const words = plain(wanted).split(/\s+/).filter(Boolean)
  return resources.filter(({ name, resourceId }) => {
    const text = plain(`${name} ${resourceId}`)
    return words.every((word) => text.includes(word))
  })
}
