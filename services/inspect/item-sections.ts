// One item as a page: what it is, where it stands, what was spent on it.
import type { EndedRun, ItemContext } from '../../machines/item/context.ts';
import { maskCredentials } from '../config/repository.ts';
import { measuredIn } from '../queries/cost.ts';
import { capsWords, usageWords } from '../queries/usage-words.ts';
import type { Pair, Sections } from './sections.ts';
import type { Times } from './times.ts';

export function itemPairs(context: ItemContext, times: Times): Pair[] {
  const { current, parking, pipeline } = context;
  return [
    ['title', context.title],
    ['opened', `${times.moment(context.openedAtMs)} by ${context.by}`],
    ['ended', context.endedAtMs === null ? null : times.moment(context.endedAtMs)],
    ['ending', context.ending],
    ['pipeline', `${pipeline.name}: ${pipeline.stages.map(({ name }) => name).join(' → ')}`],
    ['current run', current === null ? null : `${current.stage}/${current.attempt}`],
    ['next stage', context.next],
    ['parked', parking === null ? null : `${parking.reason}: ${parking.message}`],
    ['release', parking === null ? null : `onceward ${parking.release} ${itemOf(context)}`],
    ['pause', pauseOf(context)],
    ...outsidePairs(context, times),
    ['used', usedBy(context)],
    ['head', context.headSha === null ? null : headOf(context)],
    ['feedback', context.feedback || null],
  ];
}

function pauseOf({ isPauseRequested, pause }: ItemContext): string | null {
  if (!isPauseRequested) return null;
  const by = pause ? `, by ${pause.by}${pause.reason && `: ${pause.reason}`}` : '';
  return `requested, before the next stage${by}`;
}

/** Absent from the records of before there were trackers. */
function outsidePairs(context: Partial<ItemContext>, times: Times): Pair[] {
  const { origin, pullRequest, heard, reviewed = [] } = context;
  const by = pullRequest?.by ? ` by ${pullRequest.by}` : '';
  return [
    ['issue', origin ? located(`${origin.tracker} ${origin.ref}`, origin.url) : null],
    [
      'pull request',
      pullRequest
        ? located(`#${pullRequest.number}, ${pullRequest.state}${by}`, pullRequest.url)
        : null,
    ],
    ['heard', heard ? `${heard.verb}, by ${heard.by} ${times.past(heard.atMs)}` : null],
    ['sent back for', reviewed.length === 0 ? null : `${reviewed.length} reviews and threads`],
  ];
}

function located(what: string, url: string | null): string {
  return url === null ? what : `${what} (${maskCredentials(url)})`;
}

export function addItemTables(sections: Sections, context: ItemContext, times: Times): void {
  sections.table('Ended runs', context.runs, [
    { header: 'run', cell: ({ stage, attempt }) => `${stage}/${attempt}` },
    { header: 'verdict', cell: ({ verdict }) => verdict.kind, style: styleOfVerdict },
    { header: 'cause', cell: ({ verdict }) => verdict.cause },
    { header: 'claimant', cell: ({ claimant }) => claimant },
    ...(measuredIn(context) === null ? [] : [{ header: 'used', cell: costOfRun }]),
    { header: 'at', cell: ({ atMs }) => times.moment(atMs) },
  ]);
  sections.table('Budgets spent', spendings(context), [
    { header: 'stage', cell: ({ stage }) => stage },
    { header: 'budget', cell: ({ budget }) => budget },
    { header: 'spent', cell: ({ spent }) => String(spent) },
    { header: 'allowed', cell: ({ allowed }) => allowed },
  ]);
}

/** By its ended runs, with what all together may use, where that is limited. */
function usedBy(context: ItemContext): string | null {
  const measured = measuredIn(context);
  // A pipeline that was frozen before there were caps has none.
  const caps = capsWords(context.pipeline.caps ?? {}, context.capGrants ?? 0);
  const allowed = caps === '' ? '' : `, of ${caps}`;
  return measured === null ? caps && `nothing yet${allowed}` : usageWords(measured) + allowed;
}

function costOfRun({ usage }: EndedRun): string {
  return usage === undefined ? '' : usageWords(usage);
}

interface Spending {
  stage: string;
  budget: string;
  spent: number;
  allowed: string;
}

/** `spent` is kept by stage, class and head; a budget is the sum over all heads. */
function spendings(context: ItemContext): Spending[] {
  const sums = new Map<string, number>();
  for (const [key, count] of Object.entries(context.spent)) {
    const budget = key.split('/').slice(0, 2).join('/');
    sums.set(budget, (sums.get(budget) ?? 0) + count);
  }
  return [...sums].map(([key, spent]) => {
    const [stage = '', budget = ''] = key.split('/');
    return { stage, budget, spent, allowed: allowedFor(context, stage, budget) };
  });
}

function allowedFor(context: ItemContext, stage: string, budget: string): string {
  const budgets = context.pipeline.stages.find(({ name }) => name === stage)?.budgets;
  const basis = (budgets as Readonly<Record<string, number>> | undefined)?.[budget];
  const granted = context.granted[`${stage}/${budget}`] ?? 0;
  if (basis === undefined) return '';
  return granted === 0 ? String(basis) : `${basis} + ${granted} granted`;
}

function styleOfVerdict({ verdict }: EndedRun) {
  return verdict.kind === 'pass' || verdict.kind === 'not_applicable' ? 'green' : 'yellow';
}

function headOf({ headSha, isLanded, pipeline }: ItemContext): string {
  return `${headSha}${isLanded ? `, landed on ${pipeline.baseBranch}` : ''}`;
}

function itemOf({ project, item }: ItemContext): string {
  return `${project}/${item}`;
}
