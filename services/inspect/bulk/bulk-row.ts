// What came, or would come, of one decision about one of many items. Types, and what they add up to.

import type { TextStyle } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import type { Listing } from '../output.ts';

export type BulkOutcome =
  | 'would-apply'
  | 'would-refuse'
  | 'applied'
  /** The machine says no, or would have: it was not asked. */
  | 'refused'
  /** It has changed since it was read; nothing was done to it. */
  | 'moved'
  /** It may or may not have happened. */
  | 'unknown'
  /** The command ended before. */
  | 'not-sent';

export interface BulkRow {
  address: string;
  type: string;
  outcome: BulkOutcome;
  /** State and revision it was decided on. */
  from: string;
  revision: number;
  /** Where it led, or would lead; null when it stays, or is refused. */
  to: string | null;
  reason: string | null;
  message: string | null;
}

export type BulkSummary = Partial<Record<BulkOutcome, number>>;

const STYLE_OF: Readonly<Record<BulkOutcome, TextStyle>> = {
  'would-apply': 'green',
  'would-refuse': 'yellow',
  applied: 'green',
  refused: 'yellow',
  moved: 'yellow',
  unknown: 'red',
  'not-sent': 'dim',
};

export function bulkListing(
  type: string,
  rows: readonly BulkRow[],
  isDryRun: boolean,
): Listing<BulkRow> {
  return {
    name: 'items',
    about: { type, isDryRun, summary: summaryOf(rows) },
    rows,
    columns: [
      { header: 'item', cell: ({ address }) => address },
      {
        header: 'outcome',
        cell: ({ outcome }) => outcome.replace('-', ' '),
        style: ({ outcome }) => STYLE_OF[outcome],
      },
      { header: 'from', cell: ({ from }) => from },
      { header: 'to', cell: ({ to }) => to ?? '' },
      { header: 'revision', isWide: true, cell: ({ revision }) => String(revision) },
      { header: 'why', cell: whyOf },
    ],
    document: (row) => row,
  };
}

function summaryOf(rows: readonly BulkRow[]): BulkSummary {
  const summary: BulkSummary = {};
  for (const { outcome } of rows) summary[outcome] = (summary[outcome] ?? 0) + 1;
  return summary;
}

/** `12 applied, 2 refused` */
export function summaryText(rows: readonly BulkRow[]): string {
  const counts = Object.entries(summaryOf(rows));
  if (counts.length === 0) return 'no item matches';
  return counts.map(([outcome, count]) => `${count} ${outcome.replace('-', ' ')}`).join(', ');
}

/** The worst of it decides. */
export function bulkExitCode(rows: readonly BulkRow[]): number {
  const has = (outcome: BulkOutcome) => rows.some((row) => row.outcome === outcome);
  if (has('unknown')) return EXIT.timedOut;
  const isPartial = has('refused') || has('moved') || has('would-refuse') || has('not-sent');
  return isPartial ? EXIT.refused : EXIT.done;
}

function whyOf({ reason, message }: BulkRow): string {
  return [reason, message].filter(Boolean).join(': ');
}
