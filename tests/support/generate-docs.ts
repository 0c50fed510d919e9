// `npm run docs`: writes every page that is made from the code, and names those that changed.
// It must never write a page that people write.
import { readFileSync, writeFileSync } from 'node:fs';
import { GENERATED_PAGES } from './generated-pages.ts';

for (const [path, render] of Object.entries(GENERATED_PAGES)) {
  const url = new URL(`../../${path}`, import.meta.url);
  const text = render();
  if (textAt(url) === text) continue;
  writeFileSync(url, text);
  process.stdout.write(`${path}\n`);
}

function textAt(url: URL): string | null {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return null;
  }
}
