// What a simulated worker does with a job of a merge queue: it takes the lease, and goes on from what the record
// says until nothing is left to be done. It must never push before it has made its token the newest on the remote.
import { parseAddress } from '../../machines/address.ts';
import { isWaitingForChecks } from '../../machines/merge/conditions.ts';
import type { Candidate, MergeContext, Trial } from '../../machines/merge/context.ts';
import { stateName } from '../../machines/record.ts';
import { mergeContextOf } from '../../machines/typed-context.ts';
import { decodeEntry } from '../../services/actors/record-cache.ts';
import type { Asker, Bucket } from '../../transport/ports.ts';
import { type Bench, useTool } from './machine-room.ts';
import type { MergeRemote, TestKind } from './merge-remote.ts';

const MAX_TEST_MS = 6_000;
const MAX_PROGRESS_PARTS = 3;
/** Longer than the lease of whoever stands still. */
const HANG_MS = 130_000;
const HANG_SHARE = 0.01;
const MAX_TURNS = 64;
const ASK_LIMIT_MS = 20_000;

export interface MergeWorkerOptions {
  bench: Bench;
  remote: MergeRemote;
  merges: Bucket;
  asker: Asker;
  worker: string;
}

export interface MergeWork {
  carry(body: string): Promise<'done' | 'later'>;
  /** The worker stops in order: the lease is given back after the step under way. */
  stop(): void;
}

interface Read {
  state: string;
  context: MergeContext;
}

/** The trial as this worker holds it. */
interface Held extends Read {
  address: string;
  trial: Trial;
  lease: { token: number; trial: number };
}

export function createMergeWork(options: MergeWorkerOptions): MergeWork {
  const { bench, remote, merges, asker, worker } = options;
  const { life, world, machine } = bench;
  const underWay = new Set<string>();
  let isStopping = false;

  const ask = async (address: string, type: string, data: Record<string, unknown>) => {
    const reply = await asker.ask({ address, type, data }, { timeoutMs: ASK_LIMIT_MS });
    return reply.outcome === 'applied';
  };

  const read = async (address: string): Promise<Read | null> => {
    const entry = await merges.read(parseAddress(address)?.key ?? '');
    const loaded = entry === null ? null : decodeEntry(entry);
    if (loaded?.status !== 'stored') return null;
    const { record } = loaded.stored;
    return { state: stateName(record.state), context: mergeContextOf(record) };
  };

  /** Null when there is nothing to do, or somebody else does it. */
  const hold = async (address: string): Promise<Held | null> => {
    const first = await read(address);
    if (first === null || first.context.trial === null) return null;
    if (isWaitingForChecks(first.context)) return null;
    const isVacant = first.context.holder === null;
    if (isVacant && !(await ask(address, 'take', { worker, machine: machine.name }))) return null;
    const found = isVacant ? await read(address) : first;
    const { holder = null, trial = null } = found?.context ?? {};
    if (found === null || trial === null || holder?.worker !== worker) return null;
    const lease = { token: holder.token, trial: trial.number };
    return { ...found, address, trial, lease };
  };

  const prepare = async ({ address, trial, lease, context }: Held): Promise<boolean> => {
    await useTool(bench, 'git fetch');
    const members = trial.members.flatMap((item) => {
      const entry = context.entries.find((one) => one.item === item);
      return entry === undefined ? [] : [{ item, headSha: entry.headSha }];
    });
    const perform = () => remote.prepare(members);
    const prepared = await life.request({ verb: 'prepare', about: address, perform });
    return ask(address, 'prepared', { ...lease, ...prepared });
  };

  const validate = async (held: Held, { sha }: Candidate): Promise<boolean> => {
    const { address, lease } = held;
    await gates(held);
    const kind: TestKind = remote.test(sha, 'gates');
    const data = { ...lease, kind, cause: kind === 'pass' ? 'gates-passed' : 'gate-failed' };
    return ask(address, 'validated', data);
  };

  /** They take a while, and say so; now and then they hang. */
  const gates = async ({ address, lease, context }: Held): Promise<void> => {
    const isHanging = world.prng.isLucky(HANG_SHARE);
    const parts = world.prng.integer(1, MAX_PROGRESS_PARTS);
    const lastsMs = isHanging ? HANG_MS : world.prng.fraction() * MAX_TEST_MS;
    let watermark = context.holder?.watermark ?? 0;
    for (let part = 1; part <= parts; part += 1) {
      await life.work(lastsMs / parts);
      watermark += 1;
      if (part < parts) await ask(address, 'progress', { ...lease, watermark, doing: 'gates' });
    }
  };

  const land = async ({ address, lease }: Held, candidate: Candidate): Promise<boolean> => {
    const { sha, baseSha } = candidate;
    await useTool(bench, 'git push');
    const { token } = lease;
    const perform = () => remote.land({ token, baseSha, sha });
    const push = { verb: 'land', about: sha, perform, isChange: true } as const;
    // A push without an answer is read back.
    const landed = await life.request(push).catch(async () => (await see(sha)).outcome);
    if (landed === 'landed') return ask(address, 'landed', lease);
    if (landed === 'lost') return false;
    const { baseSha: found } = await see(sha);
    return ask(address, 'base-moved', { ...lease, baseSha: found });
  };

  const see = async (sha: string) => {
    const perform = () => remote.observe(sha);
    const seen = await life.request({ verb: 'observe', about: sha, perform });
    return { ...seen, outcome: seen.isHeld ? ('landed' as const) : ('unknown' as const) };
  };

  const verify = async ({ address, lease }: Held, { sha }: Candidate): Promise<boolean> => {
    await useTool(bench, 'git fetch');
    const { baseSha, isHeld, treeSha } = await see(sha);
    return ask(address, 'verified', { ...lease, baseSha, isHeld, treeSha });
  };

  /** One step; false when somebody else has gone on meanwhile. */
  const step = async (held: Held): Promise<boolean> => {
    const { state, trial } = held;
    if (state === 'preparing') return prepare(held);
    if (trial.candidate === null) return false;
    if (state === 'validating') return validate(held, trial.candidate);
    if (state === 'merging') return land(held, trial.candidate);
    return verify(held, trial.candidate);
  };

  const fence = async (token: number): Promise<boolean> => {
    const perform = () => remote.fence(token);
    const fencing = { verb: 'fence', about: String(token), perform, isChange: true } as const;
    return (await life.request(fencing)) === 'fenced';
  };

  const goOn = async (address: string): Promise<void> => {
    let fencedWith = 0;
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      const held = await hold(address);
      if (held === null) return;
      const { token } = held.lease;
      if (isStopping) {
        const evidence = 'the worker stopped in order';
        await ask(address, 'holder-lost', { token, worker, evidence });
        return;
      }
      if (fencedWith !== token && !(await fence(token))) return;
      fencedWith = token;
      try {
        await step(held);
      } catch (error) {
        if (!isToolFailure(error)) throw error;
        await ask(address, 'failed', { ...held.lease, cause: 'tool', summary: String(error) });
      }
    }
  };

  return {
    async carry(body) {
      const { address } = JSON.parse(body) as { address: string };
      // One at a time: what it holds, this process holds once.
      if (isStopping || underWay.has(address)) return 'later';
      underWay.add(address);
      try {
        await goOn(address);
      } finally {
        underWay.delete(address);
      }
      return 'done';
    },
    stop() {
      isStopping = true;
    },
  };
}

function isToolFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'GIT_FAILED';
}
