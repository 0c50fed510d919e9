// The git side of a merge queue in a simulated world, behind the interface of the real one: what a worker sees and
// pushes, each over its connection. An answer that is lost is read back, as with the real one.
import { OncewardError } from '../../transport/errors.ts';
import type { Landing } from '../../transport/git/landing.ts';
import { type Bench, useTool } from './machine-room.ts';

/** A fetch, or a push. */
const MAX_TRANSFER_MS = 1_500;

export function createSimulatedLanding(bench: Bench): Landing {
  const { life, world, remote } = bench;

  const transfer = async (what: string): Promise<void> => {
    await useTool(bench, what);
    await life.work(world.prng.fraction() * MAX_TRANSFER_MS);
  };

  /** The network between a worker and the remote; no answer is a failure like any other. */
  const reach = async <T>(verb: string, about: string, perform: () => T): Promise<T> => {
    const isChange = verb !== 'observe' && verb !== 'prepare';
    return life.request({ verb, about, perform, isChange }).catch((cause: unknown) => {
      throw new OncewardError('GIT_FAILED', `no answer to ${verb} ${about}`, { cause });
    });
  };

  const observe = (sha: string) => reach('observe', sha, () => remote.observe(sha));

  return {
    candidateBranch: 'onceward-merge/main',
    async fence(token) {
      await useTool(bench, 'git push');
      const outcome = await reach('fence', String(token), () => remote.fence(token));
      assertLease(outcome !== 'lost', token);
    },
    async prepare({ members, baseSha }) {
      await transfer('git fetch');
      return reach('prepare', String(members.length), () => remote.prepare(members, baseSha));
    },
    async publish({ token, sha }) {
      await transfer('git push');
      assertLease(await reach('publish', sha, () => remote.isNewest(token)), token);
    },
    async land({ token, baseSha, sha }) {
      await transfer('git push');
      const push = () => remote.land({ token, baseSha, sha });
      const outcome = await reach('land', sha, push).catch(async (failure: unknown) => {
        const seen = await observe(sha);
        if (seen.isHeld) return 'landed' as const;
        if (seen.baseSha !== baseSha) return 'base-moved' as const;
        throw failure;
      });
      if (outcome !== 'lost') return outcome;
      throw leaseLost(token);
    },
    async observe(sha) {
      await useTool(bench, 'git fetch');
      return observe(sha);
    },
  };
}

function assertLease(isOurs: boolean, token: number): void {
  if (!isOurs) throw leaseLost(token);
}

function leaseLost(token: number): OncewardError {
  return new OncewardError('LEASE_LOST', `token ${token} is not the newest`);
}
