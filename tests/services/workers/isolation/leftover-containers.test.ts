// What a killed worker leaves in containers is found by its labels and ended; what a living one runs is not.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  endAbandonedContainers,
  endContainersIn,
} from '../../../../services/workers/isolation/leftover-containers.ts';
import { ownProcessMark } from '../../../../transport/process/abandoned.ts';
import { localClock } from '../../../support/local-clock.ts';
import { within } from '../../../support/within.ts';
import { configured, setup as startRole } from '../../worker-role-fixture.ts';
import { CONTAINER, createContainerWorker, endAll, startContainer } from './container-fixture.ts';

test(
  'what a killed worker left in a container is ended when a worker starts, and what a living one runs is not',
  within(30_000, async () => {
    const { environment, containers, deps } = await createContainerWorker();
    const mark = await markOfNobody();
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
    const { environment, carry, worktree, deps, run } = await createContainerWorker();
    const labels = { name: 'left', starter: ownProcessMark(), state: deps.stateDir };
    await startContainer(environment, { ...labels, folder: worktree });

    await carry();

    assert.is(run.last('exited')?.['code'], 0);
    assert.is(await endContainersIn(worktree, { clock: localClock, environment }), 0);
  }),
);

test(
  'a worker that starts ends them where its configuration asks for containers, and asks no engine where not',
  within(30_000, async () => {
    const { environment, containers, deps } = await createContainerWorker();
    const starter = await markOfNobody();
    await startContainer(environment, { name: 'left', starter, state: deps.stateDir });
    const given = { environment, stateDirectory: deps.stateDir };
    const plain = configured();
    const containing = configured();
    for (const stage of containing.pipelines['standard']?.stages ?? []) stage.isolation = CONTAINER;

    await startRole({ ...given, configuration: plain });
    const before = await containers();
    await startRole({ ...given, configuration: containing });

    assert.equal([before.length, (await containers()).length], [1, 0]);
  }),
);

async function markOfNobody(): Promise<string> {
  const gone = spawn('true');
  await once(gone, 'exit');
  return `${gone.pid}.1`;
}

test.run();
