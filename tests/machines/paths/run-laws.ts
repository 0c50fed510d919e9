// What holds for every run, whatever is sent to it: written down by hand, next to the issue and not the machine.
import type { RunContext } from '../../../machines/run/context.ts';
import type { Laws } from './actor-model.ts';

const ENDS = ['cancelled', 'cancelling'];

export const RUN_LAWS: Laws = {
  leadsTo: {
    'running.queued': ['running.queued', 'running.starting', 'finalizing', 'claimed', ...ENDS],
    'running.starting': ['running.queued', 'running.working', 'finalizing', ...ENDS],
    'running.working': ['running.queued', 'running.working', 'finalizing', ...ENDS],
    finalizing: ['finalizing', 'graceExpired', 'claimed'],
    graceExpired: ['graceExpired', 'claimed'],
    claimed: ['claimed', 'advanced'],
    cancelling: ['cancelling', 'cancelled'],
    advanced: [],
    cancelled: [],
  },
  finals: ['advanced', 'cancelled'],
  oursAlone: ['open', 'advance-confirmed', 'cancel'],
  rising: ({ epoch, exit, claim, openedAtMs }: RunContext) => ({
    epoch,
    openedAtMs,
    exits: exit === null ? 0 : 1,
    claims: claim === null ? 0 : 1,
  }),
  lasting: ({ exit, claim, stage, limits }: RunContext) => ({ exit, claim, stage, limits }),
};
