import { linesOf, WIDTH, HEIGHT } from './lines.js'
import { useOperator } from './useOperator.js'
import type { Write } from './useWriting.js'

export interface PlotProps {
  readonly name: string
  /** What is counted, where the name does not say it. */
  readonly hint?: string
  /** Old to new; nothing where there is no figure. */
  readonly points: readonly (number | undefined)[]
  readonly write: Write
  /** The top of the plot; absent: the greatest point. */
  readonly most?: number
}

/** Minutes that a full plot shows. */
const MINUTES = 3

/** The last figure in words, and how it came to it as a line. */
export function Plot({ name, hint, points, write, most }: PlotProps) {
  const { tell } = useOperator()
  const known = points.filter((point) => point !== undefined)
  const now = points.at(-1)
  const greatest = Math.max(0, ...known)
  const value = now === undefined ? tell('figure.none') : write(now)
  const words = { name, value, most: write(greatest), minutes: MINUTES }
  return (
    <figure className="figure" title={hint}>
      <figcaption>{name}</figcaption>
      <p className="figure-value">{value}</p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={tell('figure.label', words)}
      >
        {linesOf(points, most ?? greatest).map(({ area, line }) => (
          <g key={line}>
            <path className="figure-area" d={area} />
            <path className="figure-line" d={line} />
          </g>
        ))}
      </svg>
    </figure>
  )
}
