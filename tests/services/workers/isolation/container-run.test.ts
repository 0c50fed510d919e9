// A stage in a container is carried out like any other, and leaves no container, whoever is killed on the way.
// Here with a stand-in for the engine; with a real one in real-container.test.ts.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readProcess } from '../../../../transport/process/process-table.ts';
import { createFakeEngine } from '../../../support/fake-engine.ts';
import { within } from '../../../support/within.ts';
import { refused } from '../worker-fixture.ts';
import { CONTAINER, createContainerWorker } from './container-fixture.ts';

function valuesOf(argv: readonly string[] | undefined, option: string): string[] {
  return (argv ?? []).flatMap((part, index) => (part === option ? [argv?.[index + 1] ?? ''] : []));
}

function isAlive(pid: number): boolean {
  return pid > 0 && readProcess(pid)?.isZombie === false;
}

test(
  'the command of the stage runs in the container, and its exit code is the run’s',
  within(30_000, async () => {
    const { carry, run, engine, containers } = await createContainerWorker();

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
    const { carry, engine, deps, worktree } = await createContainerWorker();

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
    const { carry, engine, tracePath, trace, deps, job } = await createContainerWorker();

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
    const { carry, run, tracePath, trace } = await createContainerWorker({ engine });

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
    const { carry, run, engine } = await createContainerWorker({ isolation });

    await carry();

    const verdict = run.last('claim')?.['verdict'] as Record<string, string>;
    assert.equal([verdict['kind'], verdict['cause']], ['infra_error', 'isolation-unavailable']);
    assert.match(verdict['summary'] ?? '', 'docker pull agents:2');
    assert.equal(engine.runs(), []);
  }),
);

test(
  'an engine that fails to run the container is no fault of the work',
  within(30_000, async () => {
    const { carry, run } = await createContainerWorker();

    await carry({ command: 'exit 125' });

    const verdict = run.last('claim')?.['verdict'] as Record<string, string>;
    assert.equal([verdict['kind'], verdict['cause']], ['infra_error', 'isolation-unavailable']);
  }),
);

test(
  'a gate runs in a container as well, in its checkout, and cannot write to the clone',
  within(30_000, async () => {
    const { carry, engine, run, deps } = await createContainerWorker();
    const gates = [{ kind: 'command', command: 'test -f README.md', timeoutMs: 20_000 } as const];

    await carry({ gates });

    const [, gate] = engine.runs();
    const clone = join(deps.stateDir, 'repositories', 'shop.git');
    const mounts = valuesOf(gate, '--mount');
    const verdict = run.last('claim')?.['verdict'] as Record<string, string>;
    assert.is(verdict['kind'], 'pass');
    assert.equal(gate?.slice(-3), ['sh', '-c', 'test -f README.md']);
    assert.ok(mounts.includes(`type=bind,source=${clone},target=${clone},readonly`));
  }),
);

test(
  'a cancelled container that heeds nothing is gone before the run is told so',
  within(30_000, async () => {
    const goneWith: number[] = [];
    const { carry, tracePath, trace, containers } = await createContainerWorker({
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
    const { carry, tracePath, trace } = await createContainerWorker({
      answer: (type, traced) =>
        type === 'progress' && traced() !== '' ? refused('not-now', 'cancelling') : undefined,
    });
    const command = `trap "echo saved >> ${tracePath}; exit" INT; echo begun > ${tracePath}; while :; do sleep 0.05; done`;

    await carry({ command, interruptGraceMs: 20_000 });

    assert.is(trace(), 'begun\nsaved\n');
  }),
);

test.run();
