import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  jsx: ts.JsxEmit.ReactJSX,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
}

/** The TypeScript of a package's README, block by block. */
export function examplesOf(packageFolder: string): string[] {
  const text = readFileSync(join(packageFolder, 'README.md'), 'utf8')
  return Array.from(text.matchAll(/^```tsx?\n(.*?)^```$/gms), ([, code]) => code ?? '')
}

/** What the compiler says of an example, as if it lay in the package, which it imports by name. */
export function complaintsAbout(packageFolder: string, code: string): string[] {
  const path = join(packageFolder, 'readme-example.tsx')
  const disk = ts.createCompilerHost(OPTIONS)
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => name === path || disk.fileExists(name),
    getSourceFile: (name, ...rest) =>
      name === path
        ? ts.createSourceFile(name, code, ts.ScriptTarget.ES2022, true)
        : disk.getSourceFile(name, ...rest),
  }
  const program = ts.createProgram([path], OPTIONS, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

/** Runs an example as a module of the package, and gives what it exports. */
export async function run(packageFolder: string, code: string): Promise<Record<string, unknown>> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { ...OPTIONS, noEmit: false, module: ts.ModuleKind.ESNext },
  })
  const folder = join(packageFolder, '.readme')
  const file = join(folder, 'example.mjs')
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, outputText)
  try {
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
