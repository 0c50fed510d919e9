// A stage in a container is carried out like any other, and leaves no container, whoever is killed on the way.
// Here with a stand-in for the engine; with a real one in real-container.test.ts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Isolation } from '../../../../machines/isolation.ts';
import {
  endAbandonedContainers,
  endContainersIn,
} from '../../../../services/workers/isolation/leftover-containers.ts';
import { carryOut } from '../../../../services/workers/stage-run.ts';
import { containersWith } from '../../../../transport/container/container-end.ts';
import { findEngine } from '../../../../transport/container/engine.ts';
import type { Reply } from '../../../../transport/ports.ts';
import { ownProcessMark } from '../../../../transport/process/abandoned.ts';
import { readProcess } from '../../../../transport/process/process-table.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { localClock } from '../../../support/local-clock.ts';
import { within } from '../../../support/within.ts';
import { createFakeRun, createWorker, refused } from '../worker-fixture.ts';

const CONTAINER = {
  ...{ kind: 'container', image: 'agents:1', engine: 'docker', network: 'none' },
  ...{ memoryMb: 512, cpus: 1, pids: 64, extraMounts: [] },
} as const satisfies Isolation;

async function setup({
  command = 'true',
  isolation = CONTAINER,
  engine = createFakeEngine(),
  answer = () => undefined,
}: {
  command?: string;
  isolation?: Isolation;
  engine?: ReturnType<typeof createFakeEngine>;
  answer?: (type: string, trace: () => string) => Reply | undefined;
} = {}) {
  const run = createFakeRun((type) => answer(type, trace));
  const { environment } = engine;
  const fixture = await createWorker({
    run,
    stage: { command, isolation, kind: 'command', env: { GREETING: 'from the stage' } },
    deps: { environment: { ...environment, SECRET: 'hunter2' } },
  });
  const trace = () => readFileSync(fixture.tracePath, 'utf8');
  const { deps, job } = fixture;
  const carry = (stage = {}) => carryOut({ ...job, stage: { ...job.stage, ...stage } }, deps);
  const containers = async () => {
    const found = await findEngine('docker', environment);
    const label = { name: 'onceward.state', value: deps.stateDir };
    return found.engine === null ? [] : containersWith(found.engine, label);
  };
  const worktree = join(deps.stateDir, 'worktrees', 'shop', '7');
  return { ...fixture, engine, environment, carry, trace, containers, worktree };
}

function valuesOf(argv: readonly string[] | undefined, option: string): string[] {
  return (argv ?? []).flatMap((part, index) => (part === option ? [argv?.[index + 1] ?? ''] : []));
}

function isAlive(pid: number): boolean {
  return pid > 0 && readProcess(pid)?.isZombie === false;
}

test(
  'the command of the stage runs in the container, and its exit code is the run’s',
  within(30_000, async () => {
    const { carry, run, engine, containers } = await setup();

    await carry({ command: 'exit 3' });

    assert.is(run.last('exited')?.['code'], 3);
    assert.is(engine.runs().length, 1);
    assert.equal(engine.runs()[0]?.slice(-4), ['agents:1', 'sh', '-c', 'exit 3']);
    assert.equal(await containers(), []);
  }),
);

test(
  'it sees the worktree, its folder, its HOME and the clone, whose settings and hooks it cannot change',
  within(30_000, async () => {
    const { carry, engine, deps, worktree } = await setup();

    await carry();

    const clone = join(deps.stateDir, 'repositories', 'shop.git');
    const runs = join(deps.stateDir, 'runs', 'shop', '7');
    const mounts = valuesOf(engine.runs()[0], '--mount');
    const bind = (path: string) => `type=bind,source=${path},target=${path}`;
    assert.equal(mounts, [
      ...[worktree, join(runs, 'build.1.1'), join(runs, 'home'), clone].map(bind),
      ...[join(clone, 'config'), join(clone, 'hooks')].map((path) => `${bind(path)},readonly`),
    ]);
  }),
);

test(
  'it is given the environment of an agent, no secret of the worker, and no value on the command line',
  within(30_000, async () => {
    const { carry, engine, tracePath, trace, deps, job } = await setup();

    await carry({ command: `env > ${tracePath}` });

    const home = join(deps.stateDir, 'runs', 'shop', '7', 'home');
    assert.match(trace(), 'GREETING=from the stage\n');
    assert.match(trace(), `HOME=${home}\n`);
    assert.match(trace(), `ONCEWARD_ITEM=${job.item}\n`);
    assert.not.match(trace(), /SECRET|DOCKER_CONFIG/);
    const values = valuesOf(engine.runs()[0], '--env').filter((text) => text.includes('='));
    assert.equal(values, [`HOME=${home}`]);
  }),
);

test(
  'an engine that is not there is a fault of the infrastructure, said before anything is started',
  within(30_000, async () => {
    const engine = createFakeEngine({ isAnswering: false });
    const { carry, run, tracePath, trace } = await setup({ engine });

    await carry({ command: `echo began > ${tracePath}` });

    const verdict = run.last('claim')?.['verdict'] as Record<string, string>;
    assert.equal([verdict['kind'], verdict['cause']], ['infra_error', 'isolation-unavailable']);
    assert.is(run.last('progress'), undefined);
    assert.is(run.last('exited')?.['cause'], 'isolation-unavailable');
    assert.is(
      verdict['summary'],
      'stage "build" asks for a container, which this worker cannot give: ' +
        'docker does not answer: Cannot connect to the Docker daemon',
    );
    assert.is(trace(), '');
  }),
);

test(
  'an image that is not there is not downloaded, and the remedy is named',
  within(30_000, async () => {
    const isolation = { ...CONTAINER, image: 'agents:2' };
    const { carry, run, engine } = await setup({ isolation });

    await carry();

    const verdict = run.last('claim')?.['verdict'] as Record<string, string>;
    assert.equal([verdict['kind'], verdict['cause']], ['infra_error', 'isolation-unavailable']);
    assert.match(verdict['summary'] ?? '', 'docker pull agents:2');
    assert.equal(engine.runs(), []);
  }),
);

test(
  'a gate runs in a container as well, in its checkout, and cannot write to the clone',
  within(30_000, async () => {
    const { carry, engine, run, deps } = await setup();
    const gates = [{ kind: 'command', command: 'test -f README.md', timeoutMs: 20_000 } as const];

    await carry({ gates });

    const [, gate] = engine.runs();
    const clone = join(deps.stateDir, 'repositories', 'shop.git');
    const mounts = valuesOf(gate, '--mount');
    assert.is((run.last('claim')?.['verdict'] as { kind: string }).kind, 'pass');
    assert.equal(gate?.slice(-3), ['sh', '-c', 'test -f README.md']);
    assert.ok(mounts.includes(`type=bind,source=${clone},target=${clone},readonly`));
  }),
);

test(
  'a cancelled container that heeds nothing is gone before the run is told so',
  within(30_000, async () => {
    const goneWith: number[] = [];
    const { carry, tracePath, trace, containers } = await setup({
      answer(type, traced) {
        if (type === 'gone') goneWith.push(Number(traced()));
        return type === 'progress' && traced() !== ''
          ? refused('not-now', 'cancelling')
          : undefined;
      },
    });
    const command = `trap "" INT TERM; echo $$ > ${tracePath}; while :; do sleep 1; done`;

    const outcome = await carry({ command, interruptGraceMs: 100 });

    assert.is(outcome, 'cancelled');
    assert.equal(goneWith, [Number(trace())]);
    assert.not(isAlive(Number(trace())));
    assert.equal(await containers(), []);
  }),
);

test(
  'SIGINT reaches what runs in the container, which may save its work',
  within(30_000, async () => {
    const { carry, tracePath, trace } = await setup({
      answer: (type, traced) =>
        type === 'progress' && traced() !== '' ? refused('not-now', 'cancelling') : undefined,
    });
    const command = `trap "echo saved >> ${tracePath}; exit" INT; echo begun > ${tracePath}; while :; do sleep 0.05; done`;

    await carry({ command, interruptGraceMs: 20_000 });

    assert.is(trace(), 'begun\nsaved\n');
  }),
);

test(
  'what a killed worker left in a container is ended when a worker starts, and what a living one runs is not',
  within(30_000, async () => {
    const { environment, containers, deps } = await setup();
    const gone = spawn('true');
    const mark = `${gone.pid}.1`;
    await once(gone, 'exit');
    await startContainer(environment, { name: 'left', starter: mark, state: deps.stateDir });
    await startContainer(environment, {
      ...{ name: 'living', starter: ownProcessMark(), state: deps.stateDir },
    });
    await startContainer(environment, { name: 'other', starter: mark, state: '/elsewhere' });

    const ended = await endAbandonedContainers(deps.stateDir, { clock: localClock, environment });

    assert.is(ended, 1);
    assert.equal(
      (await containers()).map(({ id }) => id),
      ['living'],
    );
    await endAll(environment, ['living', 'other']);
  }),
);

test(
  'what still runs in a container in the worktree is ended before the next command begins',
  within(30_000, async () => {
    const { environment, carry, worktree, deps, run } = await setup();
    const labels = { name: 'left', starter: ownProcessMark(), state: deps.stateDir };
    await startContainer(environment, { ...labels, folder: worktree });

    await carry();

    assert.is(run.last('exited')?.['code'], 0);
    assert.is(await endContainersIn(worktree, { clock: localClock, environment }), 0);
  }),
);

async function startContainer(
  environment: Record<string, string>,
  { name, starter, state, folder = '/nowhere' }: Record<string, string>,
): Promise<void> {
  const labels = {
    'onceward.starter': starter,
    'onceward.state': state,
    'onceward.folder': folder,
  };
  const args = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  // It is known to the engine only a moment after it began.
  const file = join(environment['DOCKER_CONFIG'] ?? '', 'containers', name ?? '');
  const script = `until [ -s ${file} ]; do sleep 0.02; done; echo ready; exec sleep 60`;
  const command = ['agents:1', 'sh', '-c', script];
  const client = spawn('docker', ['run', '--name', name ?? '', ...args, ...command], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(client.stdout, 'data');
  // As when its worker is killed: the client goes, the container stays.
  client.kill('SIGKILL');
  await once(client, 'exit');
}

async function endAll(environment: Record<string, string>, names: string[]): Promise<void> {
  const { engine } = await findEngine('docker', environment);
  await Promise.all(names.map((name) => engine?.ask(['rm', '--force', name])));
}

test.run();
