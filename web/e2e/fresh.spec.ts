// Applications that somebody begins today, by the word of the guides: made by the tools' own
// templates, with the packages as they would be published.
import { freshApp, type Recipe } from './support/fresh.js'
import { expect, test } from './support/test.js'

/** Milliseconds for a tool to fetch what an application is made of, and to build it. */
const MADE_WITHIN_MS = 600_000

const VITE = 'create-vite@8'
const preview = ['npx', 'vite', 'preview', '--host', '127.0.0.1', '--port', '0']

const RECIPES: Readonly<Record<string, Recipe>> = {
  'Vite and React': {
    guide: 'client/react/README.md',
    create: [VITE, '--template', 'react-ts', '--no-interactive'],
    start: preview,
  },
  'Next.js': {
    guide: 'docs/guides/react.md',
    create: [
      'create-next-app@16',
      ...['--typescript', '--app', '--no-src-dir', '--use-npm', '--skip-install', '--yes'],
      ...['--no-eslint', '--no-tailwind', '--disable-git'],
    ],
    // The template's own fetches a font.
    instead: {
      'app/layout.tsx':
        'export default function Layout({ children }: { children: React.ReactNode }) {\n' +
        '  return <html lang="en"><body>{children}</body></html>\n}\n',
    },
    start: ['npx', 'next', 'start', '--hostname', '127.0.0.1', '--port', '0'],
  },
  'Vite alone': {
    guide: 'docs/guides/plain.md',
    create: [VITE, '--template', 'vanilla-ts', '--no-interactive'],
    start: preview,
  },
  'React Query': {
    guide: 'docs/guides/react-query.md',
    create: [VITE, '--template', 'react-ts', '--no-interactive'],
    beside: ['@tanstack/react-query@5'],
    start: preview,
  },
  Vue: {
    guide: 'docs/guides/vue.md',
    create: [VITE, '--template', 'vue-ts', '--no-interactive'],
    start: preview,
  },
  Svelte: {
    guide: 'docs/guides/svelte.md',
    create: [VITE, '--template', 'svelte-ts', '--no-interactive'],
    start: preview,
  },
}

/** A zone in which it is about eleven in the morning: some of today is still to come. */
function morning(): string {
  const behind = new Date().getUTCHours() - 11
  return `Etc/GMT${behind < 0 ? '' : '+'}${behind}`.replace('Etc/GMT+0', 'Etc/GMT')
}

for (const [name, recipe] of Object.entries(RECIPES)) {
  test(`${name}: what the guide says, word by word, books`, async ({ server, register, visit }) => {
    test.setTimeout(MADE_WITHIN_MS)
    const zone = morning()
    const resourceId = await register({ timezone: zone })
    const app = await freshApp(recipe, { server: server.url, resourceId, zone })
    try {
      const page = await visit({ at: app.url })
      if (name === 'React Query') {
        await expect(page.getByText(/\d+:\d\d .*, \d+:\d\d/).first()).toBeVisible()
        return
      }
      if (name === 'Next.js') {
        const html = await (await page.request.get(app.url)).text()
        expect(html).toMatch(/<button[^>]*>\d+:\d\d/)
      }
      await page.getByRole('button', { name: /^\d+:\d\d/ }).first().click()
      await page.getByRole('button', { name: /^Book/ }).click()
      await expect(page.getByText('Booked.')).toBeVisible()
    } finally {
      await app.stop()
    }
  })
}
