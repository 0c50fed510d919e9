// Records that were made by real events, with what is known around each, and what is said of them.
// It must never make a record by hand: what cannot come about needs no explanation.

import type { Stored } from '../../../machines/record.ts';
import type { Caps } from '../../../machines/usage.ts';
import type { AuditLine } from '../../../services/queries/audit-entries.ts';
import { explainAccount } from '../../../services/queries/why-account.ts';
import { explainDeployment } from '../../../services/queries/why-deployment.ts';
import type { ActorFacts, ItemFacts, RunFacts } from '../../../services/queries/why-facts.ts';
import { explainItem } from '../../../services/queries/why-item.ts';
import { explainQueue } from '../../../services/queries/why-queue.ts';
import { explainRun } from '../../../services/queries/why-run.ts';
import type { Why } from '../../../services/queries/why-view.ts';
import type { Presence } from '../../../transport/ports.ts';
import { deploymentAfter, PRODUCTION } from '../../support/deployment-steps.ts';
import {
  ITEM,
  itemOpening,
  OPENED_AT_MS,
  openActor,
  openItem,
  openRun,
  RUN,
  type StageInput,
  type Step,
  type StepMaker,
  statesAfter,
  tell,
} from '../../support/machine-steps.ts';
import { QUEUE, queueAfter } from '../../support/queue-steps.ts';

export const NOW_MS = OPENED_AT_MS + 60_000;
/** Before a back-off, or the wait of a held run, is over. */
export const SOON_MS = OPENED_AT_MS + 20_000;
export const WORKER = 'worker-1';

export interface Scenario {
  name: string;
  /** The state its record is meant to be in. */
  state: string;
  facts: RunFacts | ItemFacts | ActorFacts;
  /** Its own record, and those its commands may speak to, by address. */
  records: ReadonlyMap<string, Stored>;
  why: Why;
}

export const LATE_MS = OPENED_AT_MS + 400_000;

export function presenceOf(role: Presence['role'], identity: string): Presence {
  return { role, identity, machine: 'm1', pid: 1, startedAtMs: OPENED_AT_MS };
}

const ALIVE = [presenceOf('host', 'host-1'), presenceOf('worker', WORKER)];

export type Around = Partial<
  Pick<
    RunFacts,
    'nowMs' | 'presences' | 'audit' | 'partitions' | 'queues' | 'account' | 'queue' | 'deployment'
  >
>;

export const ACCOUNT = 'account.provider.claude';

function around(given: Around) {
  return {
    nowMs: NOW_MS,
    presences: ALIVE,
    partitions: 4,
    queues: null,
    audit: [],
    notes: [],
    ...given,
  };
}

/** A run after these steps, with an item whose current run it is. */
export function runScenario(
  name: string,
  { state, stage = {}, steps = [], ...given }: ScenarioInput,
): Scenario {
  const actor = openRun(stage);
  statesAfter(actor, ...steps);
  const [stored, item] = [actor.stored(), openItem([stage, { name: 'ship' }]).stored()];
  const facts = { ...around(given), address: RUN, stored, isArchived: false, item };
  const records = new Map([[RUN, stored]]).set(ITEM, item);
  if (given.account) records.set(ACCOUNT, given.account);
  if (given.queue) records.set(QUEUE, given.queue);
  if (given.deployment) records.set(PRODUCTION, given.deployment);
  return { name, state, facts, records, why: explainRun(facts) };
}

/** An account after these steps. */
export function accountAfter(...steps: (Step | StepMaker)[]): Stored {
  const actor = openActor(ACCOUNT, tell('open'));
  statesAfter(actor, ...steps);
  return actor.stored();
}

export function accountScenario(
  name: string,
  { state, steps = [], ...given }: Omit<ScenarioInput, 'stage' | 'caps'>,
): Scenario {
  const stored = accountAfter(...steps);
  const facts = { ...around(given), address: ACCOUNT, stored, isArchived: false };
  const records = new Map([[ACCOUNT, stored]]);
  return { name, state, facts, records, why: explainAccount(facts) };
}

/** A merge queue after these steps. */
export function queueScenario(
  name: string,
  { state, steps = [], ...given }: Omit<ScenarioInput, 'stage' | 'caps'>,
): Scenario {
  const stored = queueAfter(...steps);
  const facts = { ...around(given), address: QUEUE, stored, isArchived: false };
  const records = new Map([[QUEUE, stored]]);
  return { name, state, facts, records, why: explainQueue(facts) };
}

/** The deployment of production after these steps. */
export function deploymentScenario(
  name: string,
  { state, steps = [], ...given }: Omit<ScenarioInput, 'stage' | 'caps'>,
): Scenario {
  const stored = deploymentAfter(...steps);
  const facts = { ...around(given), address: PRODUCTION, stored, isArchived: false };
  const records = new Map([[PRODUCTION, stored]]);
  return { name, state, facts, records, why: explainDeployment(facts) };
}

/** An item after these steps, with its current run, which was opened and no more. */
export function itemScenario(
  name: string,
  { state, stage = {}, steps = [], caps = {}, ...given }: ScenarioInput,
): Scenario {
  const opening = itemOpening([stage, { name: 'ship' }], { retryBackoffMs: 30_000 });
  const pipeline = { ...(opening.data['pipeline'] as object), caps };
  const actor = openActor(ITEM, { ...opening, data: { ...opening.data, pipeline } });
  statesAfter(actor, ...steps);
  const [item, run] = [actor.stored(), openRun(stage).stored()];
  const known = { ...around(given), isArchived: false };
  const why = explainRun({ ...known, address: RUN, stored: run, item });
  const isOpen = actor.item().current !== null;
  const facts = { ...known, address: ITEM, stored: item, run: isOpen ? { why } : null };
  const records = new Map([[ITEM, item]]).set(RUN, run);
  return { name, state, facts, records, why: explainItem(facts) };
}

interface ScenarioInput extends Around {
  state: string;
  stage?: StageInput;
  /** Of the item. */
  caps?: Caps;
  steps?: (Step | StepMaker)[];
}

/** An entry about the run, as a host would have written it. */
export function line(given: Partial<AuditLine>): AuditLine {
  return {
    ...{ atMs: OPENED_AT_MS, address: RUN, id: 'event', type: 'claim', door: 'ask' },
    ...{ outcome: 'applied', from: null, to: null, revision: null, claimant: null },
    ...{ reason: null, message: '', by: 'host-1', ...given },
  };
}
