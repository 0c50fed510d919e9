// The data to begin with, for each event that people and publishers may send to a run as it stands.
// It must never borrow the name of the worker to claim by: the grace is there to protect that worker.
import { accountAddress } from '../address.ts';
import type { RunContext } from './context.ts';

export const runTemplates = {
  hold: ({ epoch, project }: RunContext) => {
    return { epoch, account: accountAddress('project', project), cause: 'operator' };
  },
  started: ({ epoch }: RunContext) => ({ epoch, worker: 'publisher', machine: '' }),
  progress: ({ epoch, outputBytes }: RunContext) => ({ epoch, outputBytes }),
  exited: ({ epoch, outputBytes }: RunContext) => {
    return { epoch, code: 0, signal: null, cause: 'exit-code', outputBytes };
  },
  'finalize-step': ({ epoch }: RunContext) => {
    return { epoch, step: 'manual', key: `manual:${epoch}`, result: '' };
  },
  claim({ epoch, headSha }: RunContext, revision: number) {
    const verdict = { kind: 'pass', cause: 'operator', summary: '', headSha, isLanded: false };
    return { epoch, claimant: 'operator', verdict, evaluatedRevision: revision };
  },
  'worker-lost': ({ epoch, worker }: RunContext) => {
    return { epoch, worker: worker ?? 'nobody', evidence: '' };
  },
  allow: () => ({ by: 'operator' }),
  gone: ({ epoch }: RunContext) => ({ epoch, evidence: '' }),
} as const;
