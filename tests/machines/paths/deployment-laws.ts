// What holds for every deployment, whatever is sent to it: tokens and operations only rise, and nothing is left out.
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import type { Laws } from './actor-model.ts';

/** What ends gives way to whatever waits, or was asked for, at once. */
const RESTS = ['idle', 'healthy', 'rolledBack', 'held', 'assessing', 'rollingBack'];
const BAD = ['degraded', 'rollingBack', 'held', ...RESTS];
const WATCH = ['observing.waiting', 'observing.measuring'];
const WATCH_BACK = ['observingRollback.waiting', 'observingRollback.measuring'];

export const DEPLOYMENT_LAWS: Laws = {
  leadsTo: {
    idle: RESTS,
    healthy: RESTS,
    rolledBack: RESTS,
    assessing: [...RESTS, 'building', 'verifyingProvenance'],
    building: [...RESTS, 'building', 'verifyingProvenance'],
    verifyingProvenance: [...RESTS, 'verifyingProvenance', 'promoting'],
    promoting: [...RESTS, 'promoting', 'deploying'],
    deploying: [...BAD, 'deploying', 'observing.waiting'],
    'observing.waiting': [...BAD, ...WATCH],
    'observing.measuring': [...BAD, ...WATCH],
    degraded: [...RESTS, 'degraded'],
    rollingBack: [...RESTS, 'rollbackFailed', 'observingRollback.waiting'],
    'observingRollback.waiting': [...RESTS, ...WATCH_BACK],
    'observingRollback.measuring': [...RESTS, ...WATCH_BACK, 'rollbackFailed'],
    rollbackFailed: [...RESTS, 'rollbackFailed'],
    held: [
      ...[...BAD, 'deploying', 'promoting', 'observing.waiting'],
      ...['observingRollback.waiting', 'rollbackFailed'],
    ],
  },
  finals: [],
  oursAlone: ['open', 'request', 'withdraw'],
  seenByHosts: [
    ...['take', 'progress', 'assessed', 'built', 'checked', 'promoted', 'deployed'],
    ...['measured', 'rolled-back', 'failed', 'holder-lost', 'item-opened'],
  ],
  deadlineCounts: Object.fromEntries([...WATCH, ...WATCH_BACK].map((state) => [state, 2])),
  isOpenedWithNothing: true,
  rising: ({ operations, offered }: DeploymentContext) => ({
    operations,
    offered: offered?.sinceMs ?? 0,
  }),
  lasting: ({ project, environment, openedAtMs }: DeploymentContext) => ({
    ...{ project, environment, openedAtMs },
  }),
};
