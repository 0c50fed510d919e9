// Time limit: 300 s
// However an agent is ended, nothing of it is left: no process, in its group or out of it, no folder of work
// that has landed, no file of somebody else. Through real processes, very many at once among them.
import { existsSync, readFileSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunContext } from '../../machines/run/context.ts';
import {
  livingProcesses,
  readProcess,
  startedVariable,
} from '../../transport/process/process-table.ts';
import { type AgentFleet, FAKE_AGENT, startAgentFleet } from '../support/agent-fleet.ts';
import { localClock } from '../support/local-clock.ts';
import { natsServer, stopNatsServer } from '../support/nats-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';

/** The nightly run has a hundred. */
const AGENTS = Number(process.env['ONCEWARD_TEST_AGENTS'] ?? '30');
const LOOK_MS = 50;
const WORK = 'echo work >> $ONCEWARD_ITEM.txt; git add .; git commit -qm "$ONCEWARD_ITEM"';
const folder = temporaryDirectory();
const escapees = join(folder, 'escapees');

/** Says nothing after its first lines, heeds no signal it can ignore, and leaves a process of its own session. */
const STUBBORN = `FAKE_AGENT_HANG: "2", FAKE_AGENT_IGNORE: "SIGINT,SIGTERM", FAKE_AGENT_ESCAPEE: ${escapees}`;

function agentStage(env: string, more = ''): string {
  return `stages:
  - name: build
    kind: agent
    interruptGraceMs: 200
    killGraceMs: 300
    agent: { adapter: claude, executable: ${FAKE_AGENT} }
    env: { ${env} }
${more}`;
}

const projects = {
  cancelled: { pipeline: agentStage(STUBBORN) },
  silent: { pipeline: agentStage(STUBBORN, '    silenceMs: 2000\n    budgets: { product: 1 }') },
  fenced: { pipeline: agentStage(STUBBORN) },
};

let started: Promise<AgentFleet> | undefined;

function stubbornFleet(): Promise<AgentFleet> {
  started ??= startAgentFleet({ projects, settings: 'workerLeaseMs: 3000' });
  return started;
}

/** The agent of the run and what it has left behind, once both are there. */
async function processesOf(fleet: AgentFleet, key: string): Promise<number[]> {
  const item = key.split('.')[1] ?? '';
  const pid = await fleet.until(`run.${key}`, ({ context, state }) => {
    const group = (context as { processGroup?: { pid: number } | null }).processGroup;
    return JSON.stringify(state) === '{"running":"working"}' && group ? group.pid : null;
  });
  await waitFor(() => ofItem(fleet, item).length >= 2);
  return [pid, ...ofItem(fleet, item)];
}

/** Processes that were started for the item below the fleet's state directory. */
function ofItem({ stateDirectory }: AgentFleet, item: string): number[] {
  return livingProcesses()
    .filter(({ pid }) => {
      const worktree = startedVariable(pid, 'ONCEWARD_WORKTREE');
      return worktree?.startsWith(stateDirectory) && worktree.endsWith(`/${item}`);
    })
    .map(({ pid }) => pid);
}

/** Looks again and again: other processes send no signal when they begin or end. */
async function waitFor(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>((resolve) => void localClock.after(LOOK_MS, resolve));
}

function isAlive(pid: number): boolean {
  const found = readProcess(pid);
  return found !== null && !found.isZombie;
}

test(
  'a cancelled agent that heeds no signal is gone, with what left its session, before the state says so',
  within(60_000, async () => {
    const fleet = await stubbornFleet();
    await fleet.submit('cancelled.stop-me');
    const pids = await processesOf(fleet, 'cancelled.stop-me.build.1');

    await fleet.send('item.cancelled.stop-me', 'cancel');
    await fleet.run('cancelled.stop-me.build.1', 'cancelled');

    assert.ok(pids.length >= 3, pids.join());
    assert.equal(pids.filter(isAlive), []);
  }),
);

test(
  'a silent agent is ended on the evidence, which its verdict holds, with what left its session',
  within(60_000, async () => {
    const fleet = await stubbornFleet();
    await fleet.submit('silent.hush');
    const pids = await processesOf(fleet, 'silent.hush.build.1');

    const item = await fleet.item('silent.hush', 'parked');

    assert.is(item.runs[0]?.verdict.cause, 'silent');
    assert.match(item.runs[0]?.verdict.summary ?? '', /nothing new for \d+ s: \d+ bytes/);
    assert.equal(pids.filter(isAlive), []);
  }),
);

test(
  'a worker that hears nothing from its server for longer than its lease ends its agents by itself',
  within(90_000, async () => {
    const fleet = await stubbornFleet();
    await fleet.submit('fenced.alone');
    const pids = await processesOf(fleet, 'fenced.alone.build.1');
    const server = (await natsServer()).pid();

    process.kill(server, 'SIGSTOP');
    await waitFor(() => !pids.some(isAlive)).finally(() => process.kill(server, 'SIGCONT'));

    // It says so once it is heard again, and the work is begun anew: nobody is charged but the infrastructure.
    const run = await fleet.until('run.fenced.alone.build.1', ({ context }) => {
      const { exit, epoch } = context as unknown as RunContext;
      return exit !== null || epoch > 1 ? { cause: exit?.cause ?? 'worker-lost' } : null;
    });
    await fleet.send('item.fenced.alone', 'cancel');
    assert.ok(['fenced', 'worker-lost'].includes(run.cause), run.cause);
  }),
);

test(
  `${AGENTS} agents at once leave no process, no worktree and no file of somebody else behind`,
  within(200_000, async () => {
    await (await started)?.stop();
    const lock = join(folder, 'land.lock');
    const land = `flock ${lock} sh -c "git fetch -q origin main && git rebase -q FETCH_HEAD && git push -q origin HEAD:main"`;
    const many = agentStage(
      `FAKE_AGENT_WORK: '${WORK}', FAKE_AGENT_DELAY_MS: "300"`,
      `  - name: land\n    kind: command\n    command: '${land}'`,
    );
    const fleet = await startAgentFleet({
      projects: { left: { pipeline: many }, right: { pipeline: many } },
      slots: 128,
      settings: 'janitorMs: 1000',
    });
    const keys = Array.from({ length: AGENTS }, (_, n) => `${n % 2 ? 'left' : 'right'}.item-${n}`);

    await Promise.all(keys.map((key) => fleet.submit(key)));
    const items = await Promise.all(
      keys.map((key) =>
        fleet.until(`item.${key}`, ({ state, context }) =>
          state === 'done' || state === 'parked' ? { state, context } : null,
        ),
      ),
    );

    const notDone = items.filter(({ state }) => state !== 'done');
    assert.equal(
      notDone.map(({ context }) => JSON.stringify(context['parking'])),
      [],
    );
    const worktrees = join(fleet.stateDirectory, 'worktrees');
    await waitFor(() => !keys.some((key) => existsSync(join(worktrees, ...key.split('.')))));
    await fleet.stop();
    assert.equal(await filesOfOthers(fleet.stateDirectory), []);
    const left = livingProcesses().filter(({ pid }) =>
      startedVariable(pid, 'ONCEWARD_WORKTREE')?.startsWith(fleet.stateDirectory),
    );
    assert.equal(left, []);
  }),
);

async function filesOfOthers(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  const owners = await Promise.all(paths.map(async (one) => (await lstat(one)).uid === ownId));
  return paths.filter((_, index) => !owners[index]);
}

const ownId = process.geteuid?.() ?? 0;

test.after(async () => {
  await (await started)?.stop().catch(() => {});
  await stopNatsServer();
  if (!existsSync(escapees)) return;
  const left = readFileSync(escapees, 'utf8').trim().split('\n').map(Number).filter(isAlive);
  assert.equal(left, []);
});
test.run();
