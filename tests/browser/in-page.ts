// Scripts that run inside a tab, each a file beside this one whose only expression is a function.
// They are plain JavaScript: what the loader adds to TypeScript, the browser does not have.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** Runs `<name>.js` in the tab and returns what it returns. */
export function runInPage<Result>(page: Page, name: string, given?: unknown): Promise<Result> {
  const script = readFileSync(new URL(`./${name}.js`, import.meta.url), 'utf8');
  const call = `(${script.trimEnd().replace(/;$/, '')})(${JSON.stringify(given)})`;
  return page.evaluate<Result>(call);
}
