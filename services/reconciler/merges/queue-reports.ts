// Tells a merge queue what hosts have seen for it: the checks of its candidate, and where its base is.
// It must never use an id twice for what is to be decided twice: a queue tries the same commit more than once.
import { createHash } from 'node:crypto';
import type { Asker, AskRequest } from '../../../transport/ports.ts';
import type { CheckReports, ReportOutcome } from '../checks/watcher.ts';

/** An id has 256 characters, of which the address of a branch with a long name may take more. */
const MAX_NAME_CHARACTERS = 140;

/** What ids begin with that speak of this queue. */
export function queueName(address: string): string {
  if (address.length <= MAX_NAME_CHARACTERS) return address;
  return `${address.slice(0, MAX_NAME_CHARACTERS - 17)}-${digestOf([address])}`;
}

/** 16 hexadecimal digits. */
export function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** The epoch of what is watched is the number of its trial. @throws as `Asker.ask` */
export function queueReports(asker: Pick<Asker, 'ask'>, timeoutMs: number): CheckReports {
  const ask = async (request: AskRequest): Promise<ReportOutcome> => {
    const reply = await asker.ask(request, { timeoutMs });
    if (reply.outcome === 'refused') return 'refused';
    return reply.isRepeat ? 'repeat' : 'applied';
  };
  return {
    seen: ({ id, address, epoch: trial, ...data }) =>
      ask({ id, address, type: 'checks-seen', data: { ...data, trial } }),
    verdict({ id, address, epoch: trial, sha, verdict }) {
      const { kind, cause, summary } = verdict;
      return ask({
        id,
        address,
        type: 'checks-judged',
        data: { trial, sha, kind, cause, summary },
      });
    },
  };
}
