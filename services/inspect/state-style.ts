// The colour of a state, the same in every table: what went well, what waits, what needs a person.
import type { TextStyle } from './command-context.ts';

const STYLE_OF: Readonly<Record<string, TextStyle>> = {
  done: 'green',
  advanced: 'green',
  active: 'cyan',
  running: 'cyan',
  finalizing: 'cyan',
  claimed: 'cyan',
  available: 'green',
  suspended: 'yellow',
  awaitingApproval: 'yellow',
  parked: 'yellow',
  graceExpired: 'yellow',
  failed: 'red',
  preparing: 'cyan',
  validating: 'cyan',
  merging: 'cyan',
  verifying: 'cyan',
  frozen: 'yellow',
  paused: 'yellow',
  assessing: 'cyan',
  building: 'cyan',
  verifyingProvenance: 'cyan',
  promoting: 'cyan',
  deploying: 'cyan',
  observing: 'cyan',
  rollingBack: 'cyan',
  observingRollback: 'cyan',
  healthy: 'green',
  rolledBack: 'yellow',
  held: 'yellow',
  degraded: 'red',
  rollbackFailed: 'red',
  newer: 'red',
  corrupt: 'red',
  cancelled: 'dim',
  cancelling: 'dim',
};

export function styleOfState(state: string): TextStyle | undefined {
  return STYLE_OF[state.split('.')[0] ?? ''];
}
