// What is said of names that nobody knows.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { requireActor, strangeProject } from '../../../services/queries/absent-actor.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

type Reading = Parameters<typeof strangeProject>[0];
type Visit = (entry: { key: string }) => void;

/** Empty but for these projects. */
function fleetOf(...projects: string[]): Reading {
  const scan = async (visit: Visit) => projects.forEach((key) => void visit({ key }));
  return { bucket: () => ({ scan, read: async () => null }) } as unknown as Reading;
}

/** A login that reads records, and nothing else. */
function guardedFleet(): Reading {
  const scan = async () => {
    throw new OncewardError('PERMISSION_DENIED', 'not this login');
  };
  return { bucket: () => ({ scan, read: async () => null }) } as unknown as Reading;
}

test(
  'a project that nobody knows is told with the nearest that there is',
  within(5_000, async () => {
    const fleet = fleetOf('shop', 'depot');
    assert.is(await strangeProject(fleet, 'shop'), null);
    assert.is(await strangeProject(fleet, undefined), null);
    const meant = 'no project is called "shpo"; did you mean "shop"?';
    assert.is(await strangeProject(fleet, 'shpo'), meant);
  }),
);

test(
  'where no project is known, or none may be read, nothing is said of one',
  within(5_000, async () => {
    assert.is(await strangeProject(fleetOf(), 'shop'), null);
    assert.is(await strangeProject(guardedFleet(), 'shop'), null);
  }),
);

test(
  'what is not there is not there, whether or not a hint can be had',
  within(5_000, async () => {
    const missing = requireActor(guardedFleet(), { kind: 'item', project: 'shop', item: '7' });
    const { message } = await rejects(missing, 'ACTOR_NOT_FOUND');
    assert.is(message, 'item shop/7 does not exist');
  }),
);

test.run();
