// Records that were made by real events, with what is known around each, and what is said of them.
// It must never make a record by hand: what cannot come about needs no explanation.

import type { Stored } from '../../../machines/record.ts';
import type { AuditLine } from '../../../services/queries/audit-entries.ts';
import type { ItemFacts, RunFacts } from '../../../services/queries/why-facts.ts';
import { explainItem } from '../../../services/queries/why-item.ts';
import { explainRun } from '../../../services/queries/why-run.ts';
import type { Why } from '../../../services/queries/why-view.ts';
import type { Presence } from '../../../transport/ports.ts';
import {
  ITEM,
  OPENED_AT_MS,
  openItem,
  openRun,
  RUN,
  type StageInput,
  type Step,
  type StepMaker,
  statesAfter,
} from '../../support/machine-steps.ts';

export const NOW_MS = OPENED_AT_MS + 60_000;
export const WORKER = 'worker-1';

export interface Scenario {
  name: string;
  /** The state its record is meant to be in. */
  state: string;
  facts: RunFacts | ItemFacts;
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
  Pick<RunFacts, 'nowMs' | 'presences' | 'audit' | 'partitions' | 'queues'>
>;

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
  return { name, state, facts, records, why: explainRun(facts) };
}

/** An item after these steps, with its current run, which was opened and no more. */
export function itemScenario(
  name: string,
  { state, stage = {}, steps = [], ...given }: ScenarioInput,
): Scenario {
  const actor = openItem([stage, { name: 'ship' }], { retryBackoffMs: 30_000 });
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
