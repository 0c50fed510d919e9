// Sends a decision to many items, a few at a time, each only if it is still as it was read.
// It must never hit an item that has moved meanwhile, and stops sending at the first answer that stays out.
import { itemAddress } from '../../../machines/address.ts';
import { hasCode, OncewardError } from '../../../transport/errors.ts';
import type { Session } from '../../queries/session.ts';
import { parseItemAddress } from '../../queries/user-address.ts';
import { askActor } from '../asking.ts';
import type { Decision } from './bulk-plan.ts';
import type { BulkRow } from './bulk-row.ts';

export interface BulkRunOptions {
  session: Session;
  decision: Decision;
  timeoutMs: number;
  stop: AbortSignal;
  /** Called with each row once it is known what became of it. */
  onRow: (row: BulkRow) => void;
}

/** More would be no faster: a host commits what comes together at once. */
const MAX_IN_FLIGHT = 16;

export interface BulkRun {
  /** In the order of the plan. */
  rows: BulkRow[];
  /** What has ended it early; null when nothing has. */
  trouble: OncewardError | null;
}

/** Never throws for one item: what became of each stands in its row. */
export async function runBulk(plan: readonly BulkRow[], options: BulkRunOptions): Promise<BulkRun> {
  const rows = [...plan];
  const queue = plan.entries();
  let trouble: OncewardError | null = null;
  const work = async () => {
    for (const [index, planned] of queue) {
      const isOver = trouble !== null || options.stop.aborted;
      const result = isOver ? unsent(planned) : await decided(planned, options);
      if ('trouble' in result) trouble = result.trouble;
      rows[index] = result.row;
      options.onRow(result.row);
    }
  };
  await Promise.all(Array.from({ length: MAX_IN_FLIGHT }, work));
  return { rows, trouble };
}

type Result = { row: BulkRow } | { row: BulkRow; trouble: OncewardError };

function unsent(planned: BulkRow): Result {
  return { row: { ...refusedAlready(planned, 'not-sent'), to: null } };
}

async function decided(
  planned: BulkRow,
  { session, decision, timeoutMs }: BulkRunOptions,
): Promise<Result> {
  // What the record refuses is not asked: it would only stand in the audit.
  if (planned.outcome === 'would-refuse') return { row: refusedAlready(planned, 'refused') };
  const { project, item } = parseItemAddress(planned.address);
  const data = { ...decision.data, ifRevision: planned.revision };
  const question = { address: itemAddress(project, item), type: decision.type, data, timeoutMs };
  try {
    const { state } = await askActor(session, question);
    return { row: { ...planned, outcome: 'applied', to: state } };
  } catch (error) {
    if (!(error instanceof OncewardError)) throw error;
    return failed(planned, error);
  }
}

function refusedAlready(planned: BulkRow, outcome: BulkRow['outcome']): BulkRow {
  return { ...planned, outcome: planned.outcome === 'would-refuse' ? 'refused' : outcome };
}

function failed(planned: BulkRow, error: OncewardError): Result {
  const { message } = error;
  const reason = String(error.details['reason'] ?? error.code);
  const row = { ...planned, to: null, reason, message };
  if (hasCode(error, 'REVISION_CONFLICT')) return { row: { ...row, outcome: 'moved' } };
  if (hasCode(error, 'EVENT_REFUSED', 'ACTOR_NOT_FOUND')) {
    return { row: { ...row, outcome: 'refused' } };
  }
  const outcome = hasCode(error, 'OUTCOME_UNKNOWN') ? 'unknown' : 'not-sent';
  return { row: { ...row, outcome }, trouble: error };
}
