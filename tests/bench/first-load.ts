// What the page costs whoever opens it for the first time, in a real browser, while the store is full of runs:
// bytes as they were sent, and the time until what was asked for can be read.
import { closeBrowsers, launchBrowser } from '../support/chromium.ts';
import { freePorts } from '../support/free-ports.ts';
import { openPage } from '../support/page-fixture.ts';
import { startFleetProcess } from './fleet-process.ts';
import { type Benchmark, bar, print, shares } from './measurement.ts';
import { STORED_RUNS, storedRuns } from './stored-runs.ts';

const TIMES = 7;
const MAX_BYTES = 100_000;

/** Each page, and what is there once it can be read. */
const PAGES = [
  { name: 'board', path: '/', shown: '.rows .row a' },
  { name: 'item', path: '/items/stored/i1000500', shown: 'svg [data-state]' },
  { name: 'run', path: '/runs/stored/i1000500/s1/1', shown: 'svg [data-state].active' },
  { name: 'fleet', path: '/fleet', shown: 'td' },
] as const;

export const benchFirstLoad: Benchmark = async () => {
  const stateDir = await storedRuns();
  const [port] = await freePorts(1);
  const http = `127.0.0.1:${port}`;
  const up = startFleetProcess({ role: 'all', stateDir, http });
  await up.ready;
  const browser = await launchBrowser();
  for (const { name, path, shown } of PAGES) {
    const samplesMs: number[] = [];
    let bytes = 0;
    for (let time = 0; time < TIMES; time += 1) {
      const startedMs = performance.now();
      // A tab of its own has nothing in its cache.
      const tab = await openPage(browser, { url: `http://${http}` }, path);
      await tab.page.locator(shown).first().waitFor();
      samplesMs.push(performance.now() - startedMs);
      bytes = await tab.loadedBytes();
      await tab.close();
    }
    const { p50Ms } = shares(samplesMs);
    print({
      figure: `first load, ${name}`,
      runs: STORED_RUNS,
      bytes,
      firstMs: samplesMs[0],
      p50Ms,
    });
    bar(`first load of ${name} with ${STORED_RUNS} runs, bytes`, bytes, { atMost: MAX_BYTES });
    bar(`first load of ${name} with ${STORED_RUNS} runs, s`, p50Ms / 1_000, { atMost: 1 });
  }
  await closeBrowsers();
  await up.kill('SIGTERM');
};
