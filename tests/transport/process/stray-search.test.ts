// What has left its group, its session or its environment is still found and ended; what is a person's is not.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readProcess } from '../../../transport/process/process-table.ts';
import { endStrays } from '../../../transport/process/strays.ts';
import { localClock } from '../../support/local-clock.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { KILL_GRACE_MS, startGroup } from './group-fixture.ts';

const MARK_NAME = 'ONCEWARD_WORKTREE';

const started: number[] = [];
process.once('exit', () => started.forEach(killQuietly));

/** Runs a command in a folder of its own to its end; what it prints are the ids of what it leaves. */
async function setup(command: string) {
  const folder = realpathSync(temporaryDirectory());
  const { group, output } = await startGroup(command, {
    cwd: folder,
    environment: { PATH: process.env['PATH'] ?? '', [MARK_NAME]: folder },
  });
  await group.exit;
  const pids = output().trim().split('\n').map(Number);
  started.push(...pids);
  const limits = { clock: localClock, killGraceMs: KILL_GRACE_MS };
  const session = { id: group.pid, startTicks: group.startTicks };
  const marks = { variable: `${MARK_NAME}=${folder}`, folder };
  return { folder, pids, limits, marks, session };
}

function isAlive(pid: number): boolean {
  return readProcess(pid)?.isZombie === false;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone, as it should be.
  }
}

/** A command that runs another in a way, and ends only once that has said its pid. */
const escaping = (way: string, rest: string) =>
  `mkfifo said; ${way} sh -c 'echo $$; echo > said; ${rest}' & read line < said`;

test(
  'one that left its session is ended',
  within(20_000, async () => {
    const { pids, marks, limits } = await setup(escaping('setsid', 'exec sleep 60'));
    const before = pids.map(isAlive);

    await endStrays({ ...limits, ...marks });

    assert.equal(before, [true]);
    assert.equal(pids.map(isAlive), [false]);
  }),
);

test(
  'one that left its session and cleared its environment is found by its folder',
  within(20_000, async () => {
    const way = 'setsid env -i PATH="$PATH"';
    const { pids, marks, limits } = await setup(escaping(way, 'exec sleep 60'));
    const before = pids.map(isAlive);

    const found = await endStrays({ ...limits, ...marks });

    assert.equal(before, [true]);
    assert.equal(pids.map(isAlive), [false]);
    assert.is(found, 1);
  }),
);

test(
  'it is found in a folder below, and by the real path of a folder that was named by a link',
  within(20_000, async () => {
    const way = 'mkdir below; setsid env -i -C below PATH="$PATH"';
    const command = escaping(way, 'exec sleep 60').replace('> said', '> ../said');
    const { pids, folder, marks, limits } = await setup(command);
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(folder, link);

    await endStrays({ ...limits, ...marks, folder: link });

    assert.equal(pids.map(isAlive), [false]);
  }),
);

test(
  'one that works in a folder removed meanwhile is found',
  within(20_000, async () => {
    const way = 'setsid env -i PATH="$PATH"';
    const { pids, folder, marks, limits } = await setup(escaping(way, 'exec sleep 60'));
    rmSync(folder, { recursive: true });

    await endStrays({ ...limits, ...marks });

    assert.equal(pids.map(isAlive), [false]);
  }),
);

test(
  'a child of one that is found is ended with it, though nothing else tells of it',
  within(20_000, async () => {
    const way = 'setsid env -i PATH="$PATH"';
    const command = `mkfifo said; ${way} sh -c 'echo $$; (cd /; exec setsid env -i sleep 60) & echo $!; echo > said; wait' & read line < said`;
    const { pids, marks, limits } = await setup(command);
    const before = pids.map(isAlive);

    await endStrays({ ...limits, ...marks });

    assert.equal(before, [true, true]);
    assert.equal(pids.map(isAlive), [false, false]);
  }),
);

test(
  'a grandchild in a group of its own, elsewhere and without environment, is found by its session',
  within(20_000, async () => {
    // With job control each background job of a shell gets a group of its own.
    const command = `bash -c 'set -m; (cd /; exec env -i sleep 60) & echo $!'`;
    const { pids, marks, limits, session } = await setup(command);
    const [groupId, sessionId] = [
      readProcess(pids[0] ?? 0)?.groupId,
      readProcess(pids[0] ?? 0)?.sessionId,
    ];

    await endStrays({ ...limits, ...marks, session });

    assert.is(groupId, pids[0]);
    assert.is(sessionId, session.id);
    assert.equal(pids.map(isAlive), [false]);
  }),
);

test(
  'one that ignores SIGINT and SIGTERM is killed',
  within(20_000, async () => {
    const way = 'setsid env -i PATH="$PATH"';
    const rest = 'trap "" INT TERM; while :; do sleep 60; done';
    const { pids, marks, limits } = await setup(escaping(way, rest));

    await endStrays({ ...limits, interruptGraceMs: 50, ...marks });

    assert.equal(pids.map(isAlive), [false]);
  }),
);

test(
  'a storm of processes that each start the next in a new session leaves nothing once it is ended',
  within(60_000, async () => {
    const storm = 'n=$1; [ $n -gt 0 ] || exec sleep 60; setsid sh storm $((n - 1)) & sleep 0.005';
    const rest = 'for i in 1 2 3 4; do setsid sh storm 100 & done';
    const command = `echo '${storm}' > storm; ${escaping('setsid', rest)}`;
    const { folder, marks, limits } = await setup(command);

    const found = await endStrays({ ...limits, ...marks });

    assert.ok(found > 0, `${found} found`);
    assert.is(await endStrays({ ...limits, ...marks }), 0, folder);
  }),
);

test(
  'a process with a living parent that is nobody of ours is left alone in the folder',
  within(20_000, async () => {
    const { folder, marks, limits } = await setup('echo $$');
    // As an editor and its helper: the parent works elsewhere, its own parent is not ours to judge.
    const editor = spawnPrinting(`cd "$1"; sleep 60 & echo $!; cd /; wait`, folder);
    const helper = await firstLine(editor);

    const found = await endStrays({ ...limits, ...marks });

    assert.is(found, 0);
    assert.ok(isAlive(helper));
    process.kill(-(editor.pid ?? 0), 'SIGKILL');
    await once(editor, 'exit');
  }),
);

test(
  'an orphan that works beside the folder, however alike its name, is left alone',
  within(20_000, async () => {
    const way = 'mkdir "$PWD-2"; setsid env -i -C "$PWD-2" PATH="$PATH"';
    const command = escaping(way, 'exec sleep 60').replace('> said', '> "$OLDPWD/said"');
    const { pids, marks, limits } = await setup(
      command.replace('PATH="$PATH"', 'PATH="$PATH" OLDPWD="$PWD"'),
    );

    const found = await endStrays({ ...limits, ...marks });

    assert.is(found, 0);
    assert.equal(pids.map(isAlive), [true]);
    pids.forEach(killQuietly);
  }),
);

test(
  'what works at a terminal in the folder is left alone, even an orphan',
  within(20_000, async () => {
    const { folder, marks, limits } = await setup('echo $$');
    // `script` gives its command a terminal; the subshell ends and leaves the sleeper behind.
    const job = 'cd "$AT"; (trap "" HUP; sleep 60 & echo $!); sleep 61';
    const terminal = spawnPrinting(`export AT="$1"; exec script -qec '${job}' /dev/null`, folder);
    const orphan = await firstLine(terminal);
    const { hasTerminal, parentId } = readProcess(orphan) ?? {};

    const found = await endStrays({ ...limits, ...marks });

    assert.is(hasTerminal, true);
    assert.not.equal(parentId, terminal.pid);
    assert.is(found, 0);
    assert.ok(isAlive(orphan));
    killQuietly(orphan);
    terminal.kill('SIGTERM');
    await once(terminal, 'exit');
  }),
);

function spawnPrinting(command: string, argument: string): ChildProcess {
  const child = spawn('sh', ['-c', command, 'sh', argument], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(-(child.pid ?? 0));
  return child;
}

async function firstLine(child: ChildProcess): Promise<number> {
  const [chunk] = await once(child.stdout ?? child, 'data');
  return Number(String(chunk).trim().split('\n')[0]);
}

test.run();
