// What a claim costs those who lose it: many claimants ask for one run at the same moment, and whatever the
// server's buckets hold more than after a claim without rivals was written by losers.
import { jetstreamManager } from '@nats-io/jetstream';
import { frozenPipelineSchema } from '../../machines/item/events.ts';
import { connectNats } from '../../transport/nats/connection.ts';
import type { Reply } from '../../transport/ports.ts';
import { type BenchClient, startBenchClient, startBenchHost } from './bench-host.ts';
import { startBenchServer } from './bench-server.ts';
import { type Benchmark, bar, print } from './measurement.ts';

const CLAIMANTS = 64;
const ROUNDS = 20;
const BUCKETS = ['onceward-items', 'onceward-runs'];
const VERDICT = { kind: 'pass', cause: 'measured' };

/** Two stages, so that the claimed one is not the last and nothing is archived. */
const pipeline = frozenPipelineSchema.parse({
  name: 'race',
  digest: 'bench',
  stages: ['first', 'second'].map((name) => ({ name, kind: 'external' })),
  limits: {},
});

export const benchClaimRace: Benchmark = async () => {
  const server = await startBenchServer(true);
  const started = await startBenchHost({ url: server.url, commitMode: 'batch', pipeline });
  const client = await startBenchClient(server.url, 'claimants');
  const nc = await connectNats({ url: server.url, name: 'counter' });
  const sequences = async () => {
    const { streams } = await jetstreamManager(nc);
    const infos = await Promise.all(BUCKETS.map((bucket) => streams.info(`KV_${bucket}`)));
    return infos.reduce((sum, { state }) => sum + state.last_seq, 0);
  };
  const attempted = () =>
    BUCKETS.reduce((sum, name) => sum + (started.host.status().commits[name]?.writes ?? 0), 0);

  const runRound = async (claimants: number, round: number) => {
    const run = await openFinished(client, `race${claimants}-${round}`);
    const before = { stored: await sequences(), attempted: attempted() };
    const fromMs = performance.now();
    const replies = await Promise.all(Array.from({ length: claimants }, (_, n) => run.claim(n)));
    const tookMs = performance.now() - fromMs;
    const winners = replies.filter((reply) => reply.outcome === 'applied').length;
    if (winners !== 1) throw new Error(`${winners} of ${claimants} claimants won`);
    const stored = (await sequences()) - before.stored;
    return { tookMs, stored, attempted: attempted() - before.attempted };
  };
  const runRounds = async (claimants: number) => {
    const sum = { tookMs: 0, stored: 0, attempted: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const one = await runRound(claimants, round);
      sum.tookMs += one.tookMs;
      sum.stored += one.stored;
      sum.attempted += one.attempted;
    }
    return sum;
  };

  const alone = await runRounds(1);
  const raced = await runRounds(CLAIMANTS);
  const losers = ROUNDS * (CLAIMANTS - 1);
  const figures = {
    storedPerLoser: (raced.stored - alone.stored) / losers,
    attemptedPerLoser: (raced.attempted - alone.attempted) / losers,
    storedForOneClaim: alone.stored / ROUNDS,
    raceMs: raced.tookMs / ROUNDS,
    aloneMs: alone.tookMs / ROUNDS,
  };
  print({ figure: 'claim race', claimants: CLAIMANTS, rounds: ROUNDS, ...figures });
  const worst = Math.max(figures.storedPerLoser, figures.attemptedPerLoser);
  bar('KV writes for each loser of a claim', worst, { atMost: 0 });
  await Promise.all([nc.close(), client.close()]);
  await started.stop();
  await server.stop();
};

async function openFinished({ asker }: BenchClient, item: string) {
  const address = `run.race.${item}.first.1`;
  await asker.ask({ address: `item.race.${item}`, type: 'open', data: { title: 'raced for' } });
  const exited = await asker.ask({ address, type: 'exited', data: { code: 0 } });
  if (exited.outcome !== 'applied') throw new Error(`exited was refused: ${exited.message}`);
  const evaluatedRevision = exited.revision;
  return {
    claim: (n: number): Promise<Reply> => {
      const data = { claimant: `claimant-${n}`, verdict: VERDICT, evaluatedRevision };
      return asker.ask({ address, type: 'claim', data });
    },
  };
}
