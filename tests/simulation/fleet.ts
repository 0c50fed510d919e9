// Every process of a simulated world: started, ended by faults, and started anew as somebody else.
// It must never carry anything from one life of a process to the next.
import type { Environments } from './environments.ts';
import type { Forge } from './forge.ts';
import { type Stop, startHost } from './host-process.ts';
import { createLife, type Life } from './life.ts';
import { createMachine } from './machine-room.ts';
import type { MergeRemote } from './merge-remote.ts';
import type { Server } from './server.ts';
import type { Shape } from './shape.ts';
import { startWorker } from './worker-process.ts';
import type { World } from './world.ts';

const MAX_STOP_MS = 20_000;
const MAX_ABSENCE_MS = 9_000;

export interface Fleet {
  lives(): readonly Life[];
  /** A process that only asks and publishes, and is never hurt by anything but its connection. */
  bystander(name: string): Life;
}

export interface FleetOptions {
  server: Server;
  shape: Shape;
  forge: Forge;
  remote: MergeRemote;
  environments: Environments;
}

export function startFleet(world: World, options: FleetOptions): Fleet {
  const { server, shape, forge, remote, environments } = options;
  const { prng, scheduler, trace } = world;
  const lives = new Map<string, Life>();
  const machines = Array.from({ length: shape.machines }, (_, at) => createMachine(`m${at + 1}`));

  const restartServer = () => server.restart([...lives.values()]);

  const live = (name: string, start: (life: Life) => Promise<Stop>): void => {
    let generation = 0;
    const begin = () => {
      generation += 1;
      let stop: Stop | null = null;
      let isLeaving = false;
      const leave = () => {
        if (stop === null || isLeaving) return;
        isLeaving = true;
        trace.add(life.name, 'leaves', '');
        scheduler.after(MAX_STOP_MS, () => life.end('stopped too slowly'));
        void stop().then(
          () => life.end('stopped'),
          () => life.end('stopping failed'),
        );
      };
      const life = createLife(world, {
        ...{ name: `${name}.${generation}`, onLeave: leave, onServerFault: restartServer },
      });
      lives.set(name, life);
      life.onEnd(() => {
        const soon = prng.isLucky(0.5);
        scheduler.after(100 + prng.fraction() * (soon ? 1_000 : MAX_ABSENCE_MS), begin);
      });
      trace.add(life.name, 'starts', '');
      start(life).then(
        (started) => {
          stop = started;
        },
        (error: unknown) => life.end(`cannot start: ${String(error)}`),
      );
    };
    scheduler.after(prng.fraction() * 500, begin);
  };

  for (let at = 0; at < shape.hosts; at += 1) {
    live(`host${at + 1}`, (life) => startHost(world, { life, server, shape }));
  }
  for (let at = 0; at < shape.workers; at += 1) {
    const machine = machines[at % machines.length];
    if (machine === undefined) throw new Error('a worker needs a machine');
    const shared = { server, shape, machine, forge, remote, environments };
    live(`work${at + 1}`, (life) => startWorker(world, { ...shared, life }));
  }

  return {
    lives: () => [...lives.values()],
    bystander: (name) =>
      createLife(world, { name, onLeave: () => {}, onServerFault: () => {}, isSpared: true }),
  };
}
