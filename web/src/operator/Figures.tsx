import { useMemo, useState } from 'react'
import { Plot } from './Plot.js'
import { figuresOf, type Sample, sampleOf, scrapeOf } from './samples.js'
import { useOperator } from './useOperator.js'
import { usePolled } from './usePolled.js'
import { useWriting } from './useWriting.js'

/** Milliseconds between two looks at the metrics, and looks that are kept: three minutes. */
const LOOK_EVERY_MS = 2_000
const SAMPLES_MAX = 90

/** How the server does, by small plots. */
export function Figures() {
  const { api, tell } = useOperator()
  const read = useMemo(
    () => async () => sampleOf(scrapeOf(await api.metrics()), performance.now()),
    [api],
  )
  const { value, failed } = usePolled(read, LOOK_EVERY_MS)
  const samples = useKept(value)
  const figures = figuresOf(samples)
  const write = useWriting()
  return (
    <section aria-labelledby="figures-title">
      <h2 id="figures-title">{tell('figures')}</h2>
      <p role="status" className="figures-lost">
        {failed && tell('figures.lost')}
      </p>
      <div className="figures">
        <Plot
          name={tell('figure.heartbeats')}
          points={figures.heartbeatsPerSecond}
          write={write.rate}
        />
        <Plot
          name={tell('figure.conflicts')}
          hint={tell('figure.conflicts.hint')}
          points={figures.conflictPercent}
          write={write.percent}
          most={100}
        />
        <Plot
          name={tell('figure.cache')}
          hint={tell('figure.cache.hint')}
          points={figures.cachePercent}
          write={write.percent}
          most={100}
        />
        <Plot
          name={tell('figure.lag')}
          hint={tell('figure.lag.hint')}
          points={figures.lagSeconds}
          write={write.seconds}
        />
        <Plot name={tell('figure.holds')} points={figures.holds} write={write.count} />
        <Plot name={tell('figure.viewers')} points={figures.viewers} write={write.count} />
      </div>
    </section>
  )
}

/** The last samples, the newest at the end. */
function useKept(sample: Sample | undefined): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  if (sample && samples.at(-1) !== sample) setSamples([...samples, sample].slice(-SAMPLES_MAX))
  return samples
}
