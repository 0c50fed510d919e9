// A worker's job handling on a real repository and real commands, and records of actors in memory.
// It must never answer for the actors: what a worker asks is decided as a host would.
import type { z } from 'zod';
import { frozenPipelineSchema } from '../../../machines/item/events.ts';
import type { stageSchema } from '../../../machines/pipeline.ts';
import { stateName } from '../../../machines/record.ts';
import type { JobBody } from '../../../services/actors/perform.ts';
import { createJobHandling } from '../../../services/workers/job-handling.ts';
import type { Asker } from '../../../transport/ports.ts';
import { ask as event, ITEM, RUN } from '../actors/actor-events.ts';
import { createActorHost, createActorWorld } from '../actors/actor-hosts.ts';
import { createWorker } from './worker-fixture.ts';

const COMMIT = 'echo fixed > fix.txt && git add -A && git commit -qm fix';

/** A real repository and real commands, and an item whose run waits for a worker. */
export async function setup(stage: Partial<z.input<typeof stageSchema>> = { command: COMMIT }) {
  const { deps, job, remote } = await createWorker({ stage });
  const world = createActorWorld();
  const host = createActorHost(world, 'host-a', { isTelling: true });
  const asked: string[] = [];
  let count = 0;
  const nextId = () => {
    count += 1;
    return `ask-${count}`;
  };
  const asker: Asker = {
    async ask({ id = nextId(), ...request }) {
      asked.push(request.type);
      const { reply, performed } = await host.actors.deliver(
        event(request.address, request.type, { ...request, id }),
      );
      await performed;
      return reply;
    },
  };
  const pipeline = frozenPipelineSchema.parse({
    ...{ name: 'test', digest: 'test', stages: [job.stage], limits: {} },
    repository: remote.url,
  });
  const logged: unknown[] = [];
  const handling = createJobHandling({
    deps: { ...deps, asker },
    runs: world.bucket('onceward-runs'),
    items: world.bucket('onceward-items'),
    merges: world.bucket('onceward-merges'),
    deployments: world.bucket('onceward-deployments'),
    log: (fields) => void logged.push([fields['job'], fields['outcome']]),
  });
  const opening = event(ITEM, 'open', { data: { title: 'a defect', pipeline } });
  await (await host.actors.deliver(opening)).performed;
  return {
    ...{ asked, handling, host, logged, world },
    /** Sends an event as somebody else does, such as another worker. */
    async send(type: string, data: Record<string, unknown> = {}, address = RUN) {
      const { reply, performed } = await host.actors.deliver(event(address, type, { data }));
      await performed;
      return reply;
    },
    state: async () => stateName((await world.stored(RUN))?.record.state ?? 'gone'),
  };
}

/** As it stands in the queue. */
export function jobOf(kind: JobBody['kind'], epoch = 1): string {
  return JSON.stringify({ v: 1, address: RUN, kind, epoch, fence: 1 });
}
