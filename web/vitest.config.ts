import { defineProject } from 'vitest/config'
import { messages } from './build/messages.ts'
import { packages } from './build/packages.ts'

export default defineProject({
  plugins: [messages()],
  resolve: { alias: packages },
  test: { name: 'web', environment: 'node', include: ['test/*.test.ts'] },
})
