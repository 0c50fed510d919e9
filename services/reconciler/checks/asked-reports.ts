// Reports to the run what was seen of its checks, and claims it with the verdict.
// It must never turn a refusal into an error: the record knows better than whoever looked at it.
import type { Asker, AskRequest } from '../../../transport/ports.ts';
import type { CheckReports, ReportOutcome } from './watcher.ts';

/** As the record, the audit and `show` name who gave the verdict. */
const CLAIMANT = 'checks';

/** Reports by asking the host of the run. @throws as `Asker.ask` */
export function askedReports(asker: Asker): CheckReports {
  const ask = async (request: AskRequest): Promise<ReportOutcome> => {
    const reply = await asker.ask(request);
    if (reply.outcome === 'refused') return 'refused';
    return reply.isRepeat ? 'repeat' : 'applied';
  };
  return {
    seen: ({ id, address, ...data }) => ask({ id, address, type: 'checks-seen', data }),
    verdict: ({ id, address, epoch, sha, verdict, evaluatedRevision }) =>
      ask({
        ...{ id, address, type: 'claim' },
        data: {
          ...{ epoch, claimant: CLAIMANT, evaluatedRevision },
          verdict: { ...verdict, headSha: sha },
        },
      }),
  };
}
