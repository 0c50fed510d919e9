// What holds for every run, whatever is sent to it: written down by hand, next to the issue and not the machine.
import type { RunContext } from '../../../machines/run/context.ts';
import { totalUsage } from '../../../machines/run/context.ts';
import { tokensOf } from '../../../machines/usage.ts';
import type { Laws } from './actor-model.ts';

const ENDS = ['cancelled', 'cancelling'];

export const RUN_LAWS: Laws = {
  leadsTo: {
    'running.queued': [
      ...['running.queued', 'running.held', 'running.starting'],
      ...['finalizing', 'claimed', ...ENDS],
    ],
    'running.held': ['running.queued', ...ENDS],
    'running.starting': [
      ...['running.queued', 'running.working', 'running.overCap'],
      ...['finalizing', ...ENDS],
    ],
    'running.working': [
      ...['running.queued', 'running.working', 'running.overCap'],
      ...['finalizing', ...ENDS],
    ],
    // A cap that is reached is never forgotten by starting again.
    'running.overCap': [
      ...['running.overCap', 'running.working', 'running.stopping'],
      ...['finalizing', ...ENDS],
    ],
    'running.stopping': ['running.stopping', 'finalizing', ...ENDS],
    finalizing: ['finalizing', 'graceExpired', 'claimed'],
    graceExpired: ['graceExpired', 'claimed'],
    claimed: ['claimed', 'advanced'],
    cancelling: ['cancelling', 'cancelled'],
    advanced: [],
    cancelled: [],
  },
  finals: ['advanced', 'cancelled'],
  oursAlone: ['open', 'advance-confirmed', 'cancel'],
  seenByHosts: ['checks-seen'],
  deadlineCounts: { 'running.overCap': 2 },
  rising: (context: RunContext) => ({
    epoch: context.epoch,
    openedAtMs: context.openedAtMs,
    exits: context.exit === null ? 0 : 1,
    claims: context.claim === null ? 0 : 1,
    grants: context.grants,
    usedTokens: tokensOf(totalUsage(context)),
    drawnTokens: context.drawn === null ? 0 : tokensOf(context.drawn),
  }),
  lasting: ({ exit, claim, stage, limits }: RunContext) => ({ exit, claim, stage, limits }),
};
