/** Where something is on the screen. */
export interface Place {
  readonly left: number
  readonly top: number
}

type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End'

const isArrow = (key: string): key is Arrow =>
  ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(key)

/**
 * The index that a key moves to from `from`, in a list that is laid out in rows: left and
 * right by one, up and down to the next row's nearest. Nothing for other keys, and at the ends.
 */
export function indexByKey(
  key: string,
  from: number,
  places: readonly Place[],
): number | undefined {
  if (!isArrow(key)) return undefined
  const last = places.length - 1
  switch (key) {
    case 'ArrowLeft':
      return from > 0 ? from - 1 : undefined
    case 'ArrowRight':
      return from < last ? from + 1 : undefined
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return indexInNextRow(key === 'ArrowDown' ? 1 : -1, from, places)
  }
}

function indexInNextRow(
  direction: 1 | -1,
  from: number,
  places: readonly Place[],
): number | undefined {
  const here = places[from]
  if (!here) return undefined
  const ahead = places
    .map((place, index) => ({ index, rows: (place.top - here.top) * direction, ...place }))
    .filter(({ rows }) => rows > 0)
  const nearest = Math.min(...ahead.map(({ rows }) => rows))
  const row = ahead.filter(({ rows }) => rows === nearest)
  row.sort((a, b) => Math.abs(a.left - here.left) - Math.abs(b.left - here.left))
  return row[0]?.index
}
