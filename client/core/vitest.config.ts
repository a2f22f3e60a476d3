import { defineProject } from 'vitest/config'

export default defineProject({
  // On a loaded machine a compiler's first run takes its time.
  test: { testTimeout: 60_000, name: 'core', environment: 'node', include: ['test/*.test.ts'] },
})
