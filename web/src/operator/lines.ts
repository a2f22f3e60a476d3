/** The size of a plot in its own units: one a point, with room for as many as are kept. */
export const WIDTH = 90
export const HEIGHT = 40

/** A stretch of a plot without a gap, as SVG paths. */
export interface Line {
  readonly line: string
  readonly area: string
}

/**
 * Draws points, the newest at the right edge, `most` at the top. Where there is no figure, the
 * line is broken: nothing happened, which is not the same as zero.
 */
export function linesOf(points: readonly (number | undefined)[], most: number): Line[] {
  const top = most > 0 ? most : 1
  const stretches: [x: number, y: number][][] = []
  let open: [x: number, y: number][] | undefined
  points.forEach((point, index) => {
    if (point === undefined) {
      open = undefined
      return
    }
    if (!open) stretches.push((open = []))
    // A pixel at each edge, so that the line's own width is not cut off.
    const y = HEIGHT - 1 - Math.min(1, point / top) * (HEIGHT - 2)
    open.push([WIDTH - points.length + index + 1, Math.round(y * 100) / 100])
  })
  return stretches.map(pathsOf)
}

function pathsOf(stretch: readonly [x: number, y: number][]): Line {
  const [first = [0, 0]] = stretch
  // A single point would be no line at all.
  const start = stretch.length === 1 ? [first[0] - 1, first[1]] : first
  const line = `M${start.join(' ')}${stretch.map((point) => `L${point.join(' ')}`).join('')}`
  return { line, area: `${line}V${HEIGHT}H${start[0]}Z` }
}
