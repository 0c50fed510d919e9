// Which state of the statechart in a tab is lit, and which was lit when.
import type { Page } from 'playwright-core';
import { runInPage } from './in-page.ts';

export interface Lighting {
  state: string;
  /** Epoch milliseconds. */
  atMs: number;
}

/** Begins to watch; what is lit already is not among what `litStates` returns. */
export async function watchLitStates(page: Page): Promise<void> {
  await runInPage(page, 'lit-states-script');
}

/** Everything that was lit since, oldest first. */
export function litStates(page: Page): Promise<Lighting[]> {
  return page.evaluate('lightings');
}

/** The state that is lit now, and no other. */
export async function litState(page: Page): Promise<string | null> {
  const lit = page.locator('[data-state].active');
  return (await lit.count()) === 1 ? lit.getAttribute('data-state') : null;
}

/** Resolves once that state is lit. */
export async function isLit(page: Page, state: string): Promise<void> {
  await page.locator(`[data-state="${state}"].active`).waitFor();
}
