// What a killed process has left running is ended by its successor, and nothing else is.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { endAbandoned, ownProcessMark } from '../../../transport/process/abandoned.ts';
import { isInOurNameSpace, readProcess } from '../../../transport/process/process-table.ts';
import { localClock } from '../../support/local-clock.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const NAMES = { folderVariable: 'TEST_FOLDER', starterVariable: 'TEST_STARTER' };
const UNSHARE = 'unshare';
const NAME_SPACE = ['--user', '--map-current-user', '--pid', '--fork', '--kill-child'];
const LIMITS = { clock: localClock, killGraceMs: 200 };

test(
  'what a process that is gone has started for a folder of ours is ended, its children too',
  within(20_000, async () => {
    const folder = temporaryDirectory();
    const child = await started({ folder: join(folder, 'a'), starter: await goneMark() });
    const ended = once(child, 'exit');

    const found = await endAbandoned({ ...NAMES, ...LIMITS, folder });

    assert.ok(found >= 1);
    await ended;
    assert.is(await endAbandoned({ ...NAMES, ...LIMITS, folder }), 0);
  }),
);

test(
  'what belongs to a living process, or to another folder, is left alone',
  within(20_000, async () => {
    const folder = temporaryDirectory();
    const gone = await goneMark();
    const others = [
      await started({ folder: join(folder, 'a'), starter: ownProcessMark() }),
      await started({ folder: `${folder}-beside/a`, starter: gone }),
    ];

    const found = await endAbandoned({ ...NAMES, ...LIMITS, folder });

    assert.is(found, 0);
    assert.equal(
      others.map(({ exitCode, signalCode }) => exitCode ?? signalCode),
      [null, null],
    );
    await Promise.all(others.map(endGroup));
  }),
);

test('a process has its id in our name space only when it is there at all', () => {
  const found = [process.pid, process.ppid, 0].map(isInOurNameSpace);

  assert.equal(found, [true, true, false]);
});

const noNameSpace = whyNoNameSpace();
(noNameSpace === null ? test : test.skip)(
  `what runs in a name space of its own is left alone${noNameSpace ?? ''}`,
  within(20_000, async () => {
    const folder = temporaryDirectory();
    const variables = [`TEST_FOLDER=${join(folder, 'a')}`, `TEST_STARTER=${await goneMark()}`];
    const inside = ['env', ...variables, 'sh', '-c', 'echo up; exec sleep 60'];
    const child = spawn(UNSHARE, [...NAME_SPACE, ...inside], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');

    const found = await endAbandoned({ ...NAMES, ...LIMITS, folder });

    assert.is(found, 0);
    assert.is(child.exitCode ?? child.signalCode, null);
    await endGroup(child);
  }),
);

test('the mark of a process names its start, so that its id cannot pass for it later', () => {
  const startTicks = readProcess(process.pid)?.startTicks;

  assert.is(ownProcessMark(), `${process.pid}.${startTicks}`);
});

test.run();

/** A group of its own, with a child. */
async function started({ folder, starter }: { folder: string; starter: string }) {
  const child = spawn('sh', ['-c', 'sleep 60 & echo up; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], TEST_FOLDER: folder, TEST_STARTER: starter },
  });
  await once(child.stdout, 'data');
  return child;
}

async function endGroup(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await ended;
}

async function goneMark(): Promise<string> {
  const child = spawn('true');
  const mark = `${child.pid}.${readProcess(child.pid ?? 0)?.startTicks ?? 1}`;
  await once(child, 'exit');
  return mark;
}

/** Not every machine lets a user have one. */
function whyNoNameSpace(): string | null {
  const { status } = spawnSync(UNSHARE, [...NAME_SPACE, 'true'], { stdio: 'ignore' });
  return status === 0 ? null : ' (skipped: none can be made here)';
}
