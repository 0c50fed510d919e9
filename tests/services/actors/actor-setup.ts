// One host with its actors in memory, as most tests of single events begin.
import type { Delivery } from '../../../services/actors/delivery.ts';
import { RUN, runOpening } from './actor-events.ts';
import { createActorHost, createActorWorld } from './actor-hosts.ts';

export const RUN_KEY = RUN.slice('run.'.length);

export function setup() {
  const world = createActorWorld();
  const host = createActorHost(world, 'host-a');
  return { ...host, host, world, runs: world.bucket('onceward-runs'), clock: world.clock };
}

export async function setupWithRun() {
  const world = setup();
  await world.actors.deliver(runOpening());
  return world;
}

/** Short for what came of an event. */
export function summary({ reply }: Delivery): string {
  return reply.outcome === 'applied'
    ? `${reply.state}${reply.isRepeat ? ' again' : ''}`
    : `${reply.reason} in ${reply.state}`;
}
