// Whatever was started for a piece of work that is over is found by its environment and ended, and nothing else.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isStartedWith, readProcess } from '../../../transport/process/process-table.ts';
import { endStrays } from '../../../transport/process/strays.ts';
import { localClock } from '../../support/local-clock.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { KILL_GRACE_MS } from './group-fixture.ts';

const limits = { clock: localClock, killGraceMs: KILL_GRACE_MS };

/** Nobody else on this machine has it. */
function ownMark(): string {
  return `ONCEWARD_WORKTREE=${temporaryDirectory()}`;
}

/** Starts a command that prints the ids of its processes, one a line, then nothing more. */
async function start(command: string, { mark, count }: { mark: string; count: number }) {
  const child: ChildProcess = spawn('sh', ['-c', command], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], ...Object.fromEntries([splitOnce(mark)]) },
  });
  const pids = await readPids(child, count);
  process.once('exit', () => pids.forEach(killQuietly));
  return { pids, child };
}

function splitOnce(mark: string): [string, string] {
  const at = mark.indexOf('=');
  return [mark.slice(0, at), mark.slice(at + 1)];
}

function readPids(child: ChildProcess, count: number): Promise<number[]> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.split('\n').slice(0, -1);
      if (lines.length === count) resolve(lines.map(Number));
    });
  });
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone, as it should be.
  }
}

function isAlive(pid: number): boolean {
  const entry = readProcess(pid);
  return entry !== null && !entry.isZombie;
}

test(
  'a whole tree is ended, also what has left its session and what clings to life',
  within(20_000, async () => {
    const mark = ownMark();
    const stubborn = `sh -c 'trap "" TERM; echo $$; while :; do sleep 60; done'`;
    const escapee = `setsid sh -c 'echo $$; sleep 60 & echo $!; wait'`;
    const command = `echo $$; ${stubborn} & ${escapee} & wait`;
    const { pids } = await start(command, { mark, count: 4 });
    const before = pids.map(isAlive);

    const found = await endStrays({ ...limits, variable: mark });

    assert.equal(before, [true, true, true, true]);
    assert.equal(pids.map(isAlive), [false, false, false, false]);
    assert.ok(found >= 4, `${found} found`);
    assert.is(await endStrays({ ...limits, variable: mark }), 0);
  }),
);

test(
  'a member that cleared its environment ends with the group whose leader carries the variable',
  within(20_000, async () => {
    const mark = ownMark();
    const command = `echo $$; env -i sleep 60 & echo $!; wait`;
    const { pids } = await start(command, { mark, count: 2 });

    await endStrays({ ...limits, variable: mark });

    assert.equal(pids.map(isAlive), [false, false]);
  }),
);

test(
  'what carries another value, however alike, is left alone',
  within(20_000, async () => {
    const mark = ownMark();
    const { pids, child } = await start('echo $$; exec sleep 60', { mark: `${mark}0`, count: 1 });

    const found = await endStrays({ ...limits, variable: mark });

    assert.is(found, 0);
    assert.equal(pids.map(isAlive), [true]);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }),
);

test(
  'a process never ends itself or its ancestors, even where they carry the variable',
  within(30_000, async () => {
    const mark = ownMark();
    const module = new URL('../../../transport/process/strays.ts', import.meta.url).href;
    const clock = new URL('../../support/local-clock.ts', import.meta.url).href;
    const script = `
      const { endStrays } = await import(${JSON.stringify(module)});
      const { localClock } = await import(${JSON.stringify(clock)});
      const variable = ${JSON.stringify(mark)};
      const options = { variable, clock: localClock, killGraceMs: ${KILL_GRACE_MS} };
      console.log(process.ppid + '\\n' + await endStrays(options));
    `;
    // The shell leads the group of all three; the sleeper is a stray beside the others.
    const command = `sleep 60 & echo $!; "$NODE" --import tsx --input-type=module -e "$SCRIPT"`;
    const child = spawn('sh', ['-c', `${command}; echo $?`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...{ PATH: process.env['PATH'], NODE: process.execPath, SCRIPT: script },
        ...Object.fromEntries([splitOnce(mark)]),
      },
    });
    process.once('exit', () => killQuietly(-(child.pid ?? 0)));

    const [sleeper = 0, parent, found, exitCode] = await readPids(child, 4);

    assert.is(parent, child.pid);
    assert.ok((found ?? 0) >= 1, `${found} found`);
    assert.is(exitCode, 0);
    assert.not(isAlive(sleeper));
    assert.not(isStartedWith(process.pid, mark));
  }),
);

test.run();
