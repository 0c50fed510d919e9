// Every scenario there is, to be found by its name.
// It must never answer for a name that is not there.
import * as assert from 'uvu/assert';
import type { Why } from '../../../services/queries/why-view.ts';
import { ACCOUNTS } from './why-account-scenarios.ts';
import { DEPLOYMENTS, WAITING_FOR_DEPLOYMENTS } from './why-deployment-scenarios.ts';
import { ITEMS } from './why-item-scenarios.ts';
import { QUEUES, WAITING_IN_QUEUES } from './why-queue-scenarios.ts';
import { RUNS } from './why-run-scenarios.ts';
import type { Scenario } from './why-scenarios.ts';

export const ALL: readonly Scenario[] = [
  ...RUNS,
  ...ITEMS,
  ...ACCOUNTS,
  ...QUEUES,
  ...WAITING_IN_QUEUES,
  ...DEPLOYMENTS,
  ...WAITING_FOR_DEPLOYMENTS,
];

export function whyOf(name: string): Why {
  const scenario = ALL.find((one) => one.name === name);
  assert.ok(scenario, name);
  return (scenario as Scenario).why;
}

export function commandsOf({ actions }: Why): string[] {
  return actions.map(({ command }) => command);
}
