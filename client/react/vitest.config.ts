import { defineProject } from 'vitest/config'

export default defineProject({
  // On a loaded machine a compiler's first run takes its time.
  test: {
    testTimeout: 60_000,
    name: 'react',
    environment: 'happy-dom',
    include: ['test/*.test.ts', 'test/*.test.tsx'],
  },
})
