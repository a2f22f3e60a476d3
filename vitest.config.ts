import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { projects: ['client/core', 'client/react', 'web'] },
})
