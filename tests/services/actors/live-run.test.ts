// Which runs the reaper looks after: those a worker's process is believed to carry out, and no others.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLiveRuns } from '../../../services/actors/live-run.ts';
import { ask, openRun, tell } from '../../support/machine-steps.ts';

const RUN = 'run.shop.7.build.1';
const STARTED = ask('started', { epoch: 1, worker: 'worker-1', machine: 'machine-1' });
const PROGRESS = ask('progress', { epoch: 1, processGroup: { pid: 7, startTicks: 1 } });

/** The index, and a way to show it the run as it stands. */
function setup(kind: 'agent' | 'command' | 'external' = 'agent') {
  const runs = createLiveRuns();
  const actor = openRun({ kind });
  const show = () => {
    runs.update(RUN, actor.stored());
    return runs.list().map(({ worker, epoch }) => `${worker} ${epoch}`);
  };
  return { actor, runs, show };
}

test('a run is live from the choice of its worker to its exit', () => {
  const { actor, show } = setup();
  const seen = [show()];
  for (const step of [STARTED, PROGRESS, ask('exited', { epoch: 1, code: 0 })]) {
    actor.send(step);
    seen.push(show());
  }

  assert.equal(seen, [[], ['worker-1 1'], ['worker-1 1'], []]);
});

test('a run that is being cancelled is live until its process is gone', () => {
  const { actor, show } = setup('command');
  for (const step of [STARTED, PROGRESS, tell('cancel')]) actor.send(step);
  const during = show();
  actor.send(ask('gone', { epoch: 1 }));

  assert.equal([during, show()], [['worker-1 1'], []]);
});

test('a run that was handed to the next worker is live with the new epoch', () => {
  const { actor, show } = setup();
  actor.send(STARTED);
  show();
  actor.send(ask('worker-lost', { epoch: 1, worker: 'worker-1' }));
  const between = show();
  actor.send(ask('started', { epoch: 2, worker: 'worker-2', machine: 'machine-1' }));

  assert.equal([between, show()], [[], ['worker-2 2']]);
});

test('a run of an external stage is never live: publishers announce no presence', () => {
  const { actor, show } = setup('external');
  actor.send(STARTED);

  assert.equal(show(), []);
});

test('a live run carries its address and the revision it was seen at', () => {
  const { actor, runs, show } = setup();
  actor.send(STARTED);
  show();

  const [run] = runs.list();
  assert.equal([run?.address, run?.revision], [RUN, actor.stored().revision]);
});

test('runs of a partition that was let go are forgotten, and no others', () => {
  const { actor, runs, show } = setup();
  actor.send(STARTED);
  show();
  runs.update('run.shop.8.build.1', actor.stored());

  runs.forgetWhere((address) => address === RUN);

  assert.equal(
    runs.list().map(({ address }) => address),
    ['run.shop.8.build.1'],
  );
});

test.run();
