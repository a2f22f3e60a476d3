import { defineConfig } from 'vite'

/** Where `script/server` serves. */
const SERVER = 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  server: { proxy: { '/v1': SERVER } },
  build: {
    rolldownOptions: { input: ['index.html', 'plain/index.html', 'react/index.html'] },
  },
})
