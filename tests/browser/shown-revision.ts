// What the page of a run shows of the revision that is looked at.
import type { Page } from 'playwright-core';
import { litState } from './lit-states.ts';

export interface ShownRevision {
  revision: number;
  /** Whether it is shown as what is now, and not as what was then. */
  isLive: boolean;
  event: string;
  /** The one state that is lit in the chart. */
  lit: string | null;
  /** The differences to the revision before, as `path: before → after`. */
  changes: string[];
  /** The record as it stood then, without spaces. */
  record: string;
}

const NUMBER = /revision (\d+)/;

export async function shownRevision(page: Page): Promise<ShownRevision> {
  const card = page.getByRole('region', { name: 'Revision', exact: true });
  const says = (await page.locator('.scrubber .says').textContent()) ?? '';
  const rows = await card.getByRole('table', { name: 'Changes' }).locator('tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('td').allTextContents()));
  const record = (await card.locator('[aria-label="Record"]').textContent()) ?? '';
  return {
    revision: Number(NUMBER.exec(says)?.[1]),
    isLive: says.startsWith('Now:'),
    event: (await card.locator('.facts code').first().textContent()) ?? '',
    lit: await litState(page),
    changes: cells.map(([path, before, after]) => `${path}: ${before} → ${after}`),
    record: record.replace(/\s/g, ''),
  };
}

/** Steps through so many revisions by one key, and returns what each showed. */
export async function stepThrough(page: Page, key: string, steps: number) {
  const shown: ShownRevision[] = [];
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press(key);
    shown.push(await shownRevision(page));
  }
  return shown;
}
