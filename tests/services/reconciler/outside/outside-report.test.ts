// What hosts have seen outside is there for people, in the state directory, as it was last.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readOutsideReport } from '../../../../services/queries/outside-file.ts';
import { startOutsideReport } from '../../../../services/reconciler/outside/outside-report.ts';
import type { ReconciledProject } from '../../../../services/reconciler/reconciler.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';
import { within } from '../../../support/within.ts';

const LIMIT_MS = 10_000;
const SHOP = {
  ...{ project: 'shop', lookedAtMs: 5, failedLooks: 0, problem: null, unshown: 0 },
  waiting: [{ ref: '7', item: 'gh-7', title: 'x', reason: 'waits for #6' }],
};

function setup() {
  const clock = createVirtualClock();
  const stateDirectory = temporaryDirectory();
  const projects: ReconciledProject[] = [SHOP];
  const leftAlone = new Map<string, string>();
  const lines: string[] = [];
  const note = (_: object, message: string) => void lines.push(message);
  const report = startOutsideReport({
    ...{ stateDirectory, identity: 'host-a', clock, log: { info: note, warn: note, error: note } },
    status: () => projects,
    leftAlone: () => leftAlone,
  });
  const read = () => readOutsideReport(stateDirectory);
  return { clock, stateDirectory, projects, leftAlone, lines, report, read };
}

test(
  'what waits is written down with the reasons, and what is left alone with what is wrong with it',
  within(LIMIT_MS, async () => {
    const { clock, leftAlone, report, read } = setup();
    leftAlone.set('app', 'connection "main": GITHUB_TOKEN is not set');
    await clock.advance(3_000);
    await report.stop();

    const written = await read();

    assert.is(written?.by, 'host-a');
    assert.equal(
      written?.projects.map(({ project, problem }) => [project, problem]),
      [
        ['app', 'connection "main": GITHUB_TOKEN is not set'],
        ['shop', null],
      ],
    );
    assert.equal(
      [written?.projects[1]?.waitingCount, written?.projects[1]?.waiting],
      [1, SHOP.waiting],
    );
  }),
);

test(
  'of very many that wait the first two hundred are told, and how many there are',
  within(LIMIT_MS, async () => {
    const { projects, report, read } = setup();
    const waiting = Array.from({ length: 900 }, () => SHOP.waiting).flat();
    projects[0] = { ...SHOP, waiting };

    await report.stop();

    const [shop] = (await read())?.projects ?? [];
    assert.equal([shop?.waitingCount, shop?.waiting.length], [900, 200]);
  }),
);

test(
  'nothing is written while nothing changes',
  within(LIMIT_MS, async () => {
    const { clock, stateDirectory, report } = setup();
    await report.stop();
    const before = statSync(join(stateDirectory, 'outside.json')).ino;

    await report.stop();

    assert.is(statSync(join(stateDirectory, 'outside.json')).ino, before);
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'a file that cannot be written ends nothing, and one that cannot be read says nothing',
  within(LIMIT_MS, async () => {
    const { stateDirectory, report, lines, read } = setup();
    mkdirSync(join(stateDirectory, 'outside.json'));
    await report.stop();
    const other = setup();
    writeFileSync(join(other.stateDirectory, 'outside.json'), '{');

    assert.equal(lines, ['what waits outside could not be written down']);
    assert.equal([await read(), await other.read()], [null, null]);
  }),
);

test.run();
