// Asks on the simulated network: a request to whoever serves the partition, repeated under one id until it is
// answered. It must never make an answer up, and delivers a question late, twice or to two hosts.
import { OncewardError } from '../../transport/errors.ts';
import type { Asker, AskRequest, Reply } from '../../transport/ports.ts';
import type { Life } from './life.ts';
import type { World } from './world.ts';

const TIMEOUT_MS_DEFAULT = 30_000;
const ATTEMPT_MS = 6_000;
const BACKOFF_MS = 50;
const BACKOFF_CAP_MS = 1_000;
const MAX_OVERTAKEN_MS = 7_000;

type Answer = (request: AskRequest) => Promise<Reply>;

export interface AskLine {
  serve(life: Life, partition: number, answer: Answer): () => Promise<void>;
  askerFor(life: Life): Asker;
}

interface Server {
  life: Life;
  answer: Answer;
  underWay: Set<Promise<void>>;
}

export interface AskLineOptions {
  partitionFor: (address: string) => number;
  onAsked: (request: AskRequest) => void;
  onAnswered: (request: AskRequest, reply: Reply) => void;
}

export function createAskLine(world: World, options: AskLineOptions): AskLine {
  const { faults } = world;
  const servers = new Map<number, Set<Server>>();

  const route = (asking: Life, request: AskRequest, answer: (reply: Reply | null) => void) => {
    const serving = [...(servers.get(options.partitionFor(request.address)) ?? [])];
    if (serving.length === 0) return asking.receive(world.latencyMs(), () => answer(null));
    if (faults.strikes('duplicate')) serving.push(...serving);
    for (const server of serving) {
      const isOvertaken = faults.strikes('reorder');
      const lateMs = isOvertaken ? world.putOff(faults.prng.fraction() * MAX_OVERTAKEN_MS) : 0;
      server.life.receive(world.latencyMs() + lateMs, () => handle(server));
    }
    function handle({ life, answer: decide, underWay }: Server) {
      const work = decide(request)
        .then((reply) =>
          life.send({
            ...{ verb: 'answer', about: request.id },
            land: () => asking.receive(world.latencyMs(), () => answer(reply)),
          }),
        )
        .catch(() => {})
        .finally(() => underWay.delete(work));
      underWay.add(work);
    }
  };

  /** Null when nobody serves the partition. */
  const attempt = (life: Life, request: AskRequest, limitMs: number): Promise<Reply | null> =>
    new Promise((resolve, reject) => {
      const cancel = life.clock.after(limitMs, () => reject(new Error('no answer')));
      const land = () =>
        route(life, request, (reply) => {
          cancel();
          resolve(reply);
        });
      life.send({ verb: 'ask', about: `${request.type} ${request.address}`, land, isChange: true });
    });

  return {
    serve(life, partition, answer) {
      const server = { life, answer, underWay: new Set<Promise<void>>() };
      const all = servers.get(partition) ?? new Set();
      servers.set(partition, all.add(server));
      life.onEnd(() => all.delete(server));
      return async () => {
        all.delete(server);
        await Promise.all(server.underWay);
      };
    },
    askerFor: (life) => {
      let asked = 0;
      return {
        async ask(asking, { timeoutMs = TIMEOUT_MS_DEFAULT } = {}) {
          asked += 1;
          const request = { ...asking, id: asking.id ?? `ask-${life.name}-${asked}` };
          options.onAsked(request);
          const untilMs = life.clock.monotonicMs() + timeoutMs;
          let wasHeard = false;
          for (let tries = 0; life.clock.monotonicMs() < untilMs; tries += 1) {
            const leftMs = Math.max(1, untilMs - life.clock.monotonicMs());
            try {
              const reply = await attempt(life, request, Math.min(ATTEMPT_MS, leftMs));
              if (reply !== null) {
                options.onAnswered(request, reply);
                return reply;
              }
            } catch {
              wasHeard = true;
            }
            await life.work(Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** Math.min(tries, 10)));
          }
          const code = wasHeard ? 'OUTCOME_UNKNOWN' : 'BROKER_UNAVAILABLE';
          throw new OncewardError(code, `no answer to ${request.type} for ${request.address}`);
        },
      };
    },
  };
}
