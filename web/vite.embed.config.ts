import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { embedUnits } from './build/embedUnits.ts'
import { messages } from './build/messages.ts'
import { packages } from './build/packages.ts'

/** The one script of the custom element, put beside the pages. */
export default defineConfig({
  plugins: [react(), messages()],
  css: { postcss: { plugins: [embedUnits] } },
  publicDir: false,
  resolve: { alias: packages },
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    emptyOutDir: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: 'src/embed/element.tsx',
      output: { codeSplitting: false, entryFileNames: 'embed.js' },
    },
  },
})
