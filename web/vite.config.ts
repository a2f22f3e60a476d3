import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { messages } from './build/messages.ts'
import { packages } from './build/packages.ts'
import { timerWorker } from './build/timerWorker.ts'

/** The pages. The server embeds `dist/` and serves it as README.md says. */
export default defineConfig({
  plugins: [react(), messages(), timerWorker()],
  resolve: { alias: packages },
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // A data URL would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'operator.html', 'embed-demo.html'],
      // Many small files compress badly: one has what is seen first, and one what comes after.
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'base',
              test: /node_modules|client.(core|react)|src.(booker|calendar|i18n.*ts$|page|shared|slots|time)/,
              priority: 1,
            },
            { name: 'steps', test: /src.(steps|manage)/ },
          ],
        },
      },
    },
  },
})
