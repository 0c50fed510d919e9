// Whose turn it is: projects share the slots of a pool, and none waits behind the backlog of another.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { setup } from './job-lines.ts';

const BACKLOG = Array.from({ length: 100 }, (_, n) => `big-${n}`);

test(
  'a backlog of one project does not keep the one job of another waiting',
  within(5_000, async () => {
    const { carried, clock, end } = setup({ slots: 1, jobs: { big: BACKLOG, small: ['small-0'] } });
    await clock.advance(0);

    await end('big-0');

    assert.equal(carried, ['big-0', 'small-0']);
  }),
);

test(
  'a job that comes while a backlog is worked off is taken by the next free slot',
  within(5_000, async () => {
    const { carried, clock, end, lines } = setup({ slots: 2, jobs: { big: BACKLOG } });
    await clock.advance(0);
    lines.add('small', 'small-0');

    await end('big-0');

    assert.equal(carried, ['big-0', 'big-1', 'small-0']);
  }),
);

test(
  'projects that all have jobs take turns',
  within(5_000, async () => {
    const jobs = { a: ['a-0', 'a-1'], b: ['b-0', 'b-1'], c: ['c-0', 'c-1'] };
    const { carried, clock, end } = setup({ slots: 1, projects: ['a', 'b', 'c'], jobs });
    await clock.advance(0);

    for (let n = 0; n < 5; n += 1) await end(carried.at(-1) ?? '');

    assert.equal(carried, ['a-0', 'b-0', 'c-0', 'a-1', 'b-1', 'c-1']);
  }),
);

test(
  'free slots are shared out among the projects, and each is asked once for its share',
  within(5_000, async () => {
    const shares: Record<string, number> = {};
    const onAsked = (project: string, max: number) => {
      shares[project] ??= max;
    };
    const jobs = { big: BACKLOG, small: ['small-0'] };

    const { clock, carried } = setup({ slots: 6, jobs, onAsked });
    await clock.advance(0);

    assert.equal(shares, { big: 3, small: 3 });
    assert.equal(carried, ['big-0', 'big-1', 'big-2', 'small-0', 'big-3', 'big-4']);
  }),
);

test(
  'an idle pool asks first where a job was hinted at',
  within(5_000, async () => {
    const asked: string[] = [];
    const projects = ['a', 'b', 'c', 'd'];
    const { clock, lines } = setup({ slots: 1, projects, onAsked: (name) => asked.push(name) });
    await clock.advance(0);
    asked.length = 0;

    lines.add('d', 'job');
    lines.hint('d');
    await clock.advance(0);

    assert.is(asked[0], 'd');
  }),
);

test(
  'hints do not let one project push itself before the others',
  within(5_000, async () => {
    const jobs = { big: BACKLOG, small: ['small-0'] };
    const { carried, clock, end, lines } = setup({ slots: 1, jobs });
    await clock.advance(0);
    lines.hint('big');

    await end('big-0');

    assert.equal(carried, ['big-0', 'small-0']);
  }),
);

test(
  'no project is passed over before the pool rests, although others were hinted at',
  within(5_000, async () => {
    const asked: string[] = [];
    const projects = ['a', 'b', 'c', 'd'];
    const { clock, lines } = setup({ slots: 2, projects, onAsked: (name) => asked.push(name) });
    await clock.advance(0);
    asked.length = 0;

    lines.hint('a');
    lines.hint('b');
    await clock.advance(0);

    assert.equal(asked.slice(0, 2), ['a', 'b']);
    assert.equal([...new Set(asked)].sort(), projects);
  }),
);

test(
  'a line that does not answer keeps no other from being asked, and is reported once each time round',
  within(5_000, async () => {
    const onAsked = (project: string) => {
      if (project === 'a') throw new Error('the line does not answer');
    };
    const projects = ['a', 'b', 'c', 'd'];
    const { carried, clock, errors } = setup({
      ...{ slots: 3, projects, onAsked },
      jobs: { c: ['c-0'], d: ['d-0'] },
    });

    await clock.advance(0);

    assert.equal(carried, ['c-0', 'd-0']);
    assert.is(errors.length, 1);
  }),
);

test(
  'a line that does not answer is asked again after a pause, and the pool rests meanwhile',
  within(5_000, async () => {
    const asked: string[] = [];
    const onAsked = (project: string) => {
      asked.push(project);
      if (project === 'a') throw new Error('the line does not answer');
    };
    const { clock, errors } = setup({ slots: 2, projects: ['a', 'b', 'c', 'd'], onAsked });

    await clock.advance(1_999);
    const before = [asked.filter((name) => name === 'a').length, errors.length];
    await clock.advance(1);

    assert.equal(before, [1, 1]);
    assert.is(errors.length, 2);
  }),
);

test.run();
