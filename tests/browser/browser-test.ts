// What the tests of a file about the page share: whether there is a browser at all, and one browser and one fleet,
// started by the first test that needs them. Every test opens items and tabs of its own.
import type { Browser } from 'playwright-core';
import { test } from 'uvu';
import { chromiumOfThisMachine, closeBrowsers, launchBrowser } from '../support/chromium.ts';
import { stopNatsServer } from '../support/nats-server.ts';
import {
  closePageFleets,
  type OpenedPage,
  type PageFleet,
  type PageFleetOptions,
  startPageFleet,
} from '../support/page-fixture.ts';

const found = await chromiumOfThisMachine();
const missing = 'missing' in found ? found.missing : null;
if (missing !== null) process.stdout.write(`skipped: the page in a browser (${missing})\n`);

/** `test`, or where no Chromium can be had, `test.skip`: the reason has been told then. */
export const testInBrowser = missing === null ? test : test.skip;

export interface Stage {
  fleet: PageFleet;
  browser: Browser;
}

let shared: Promise<Stage> | undefined;

/** The same at every call; the options of the first one count. */
export function setStage(
  makeOptions: () => PageFleetOptions | Promise<PageFleetOptions> = () => ({}),
): Promise<Stage> {
  shared ??= (async () => {
    const [fleet, browser] = await Promise.all([
      Promise.resolve(makeOptions()).then(startPageFleet),
      launchBrowser(),
    ]);
    return { fleet, browser };
  })();
  return shared;
}

/** For `test.after`. */
export async function strikeStage(): Promise<void> {
  await closeBrowsers();
  await closePageFleets();
  await stopNatsServer();
}

/**
 * What has gone wrong in a tab, requests that left the origin included. What the browser itself says of answers
 * with one of the `expected` statuses is left out: the test has provoked them.
 */
export function complaintsOf(opened: OpenedPage, ...expected: number[]): string[] {
  const { problems, foreign } = opened;
  const isExpected = (problem: string) =>
    expected.some((status) => problem.includes(`responded with a status of ${status} `));
  return [...problems.filter((problem) => !isExpected(problem)), ...foreign()];
}
