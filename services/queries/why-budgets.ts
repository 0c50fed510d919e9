// What a stage may still cost: verdicts spent and allowed, and the epochs of a run.
// Sums over every head, as the machine counts them: moving between commits resets nothing.
import type { ItemContext } from '../../machines/item/context.ts';
import type { RunContext } from '../../machines/run/context.ts';
import type { Budget } from './why-view.ts';

const CLASSES = ['product', 'infra', 'inconclusive', 'unobserved'] as const;
/** Only an agent has turns and sessions. */
const CLASSES_OF_AGENTS = [...CLASSES, 'continuations', 'resumes'] as const;

/** Those of one stage whole; of the others only what has been spent. */
export function itemBudgets(item: ItemContext, stage: string | null): Budget[] {
  return item.pipeline.stages.flatMap(({ name, kind, budgets }) =>
    (kind === 'agent' ? CLASSES_OF_AGENTS : CLASSES)
      .map((budget) => {
        // A pipeline that was frozen before there were these has none of them.
        const allowed = (budgets[budget] ?? 0) + (item.granted[`${name}/${budget}`] ?? 0);
        return budgetOf({ stage: name, budget }, spentOn(item, `${name}/${budget}/`), allowed);
      })
      .filter(({ spent, allowed }) => spent > 0 || (name === stage && allowed > 0)),
  );
}

/** Each lost worker costs an epoch; when none is left, the loss is the end of the run. */
export function runBudgets(run: RunContext, item: ItemContext | null): Budget[] {
  const stage = run.stage.name;
  const ofStage = item === null ? [] : itemBudgets(item, stage);
  const epochs = budgetOf({ stage, budget: 'epochs' }, run.epoch, run.stage.budgets.infra);
  return [epochs, ...ofStage.filter((budget) => budget.stage === stage)];
}

function budgetOf(of: { stage: string; budget: string }, spent: number, allowed: number): Budget {
  return { ...of, spent, allowed, left: Math.max(0, allowed - spent) };
}

function spentOn({ spent }: ItemContext, prefix: string): number {
  return Object.entries(spent)
    .filter(([key]) => key.startsWith(prefix))
    .reduce((sum, [, count]) => sum + count, 0);
}
