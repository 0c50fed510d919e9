// Events of one item with external stages and of its runs, as the doors would make them.
// It must never decide anything: what comes of an event is the actors' business.
import type { ActorEvent } from '../../../machines/event.ts';
import { limitsSchema } from '../../../machines/limits.ts';
import { stageSchema } from '../../../machines/pipeline.ts';
import { externalPipeline } from '../../support/test-host.ts';

export const RUN = 'run.shop.7.build.1';
export const ITEM = 'item.shop.7';

let count = 0;

/** An ask under an id of its own, unless the test names one. */
export function ask(address: string, type: string, more: Partial<ActorEvent> = {}): ActorEvent {
  count += 1;
  return { address, type, id: `event-${count}`, atMs: 1_000, data: {}, door: 'ask', ...more };
}

/** The opening of a run of an external stage. */
export function runOpening(address = RUN): ActorEvent {
  const [, project, item, name, attempt] = address.split('.');
  const stage = stageSchema.parse({ name, kind: 'external' });
  const data = { project, item, attempt: Number(attempt), stage, limits: limitsSchema.parse({}) };
  return ask(address, 'open', { data, door: 'tell' });
}

export function itemOpening(address = ITEM, stages = ['build', 'ship']): ActorEvent {
  return ask(address, 'open', {
    data: { title: 'a defect', pipeline: externalPipeline(...stages) },
  });
}

export function exited(address = RUN): ActorEvent {
  return ask(address, 'exited', { data: { code: 0 } });
}

export function claim(claimant: string, address = RUN): ActorEvent {
  return ask(address, 'claim', { data: { claimant, verdict: { kind: 'pass', cause: 'gates' } } });
}
