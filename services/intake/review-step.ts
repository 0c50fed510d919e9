// Listens to the reviews of pull requests whose items wait for one: approves, or sends back with what was said.
// It must never send an item back twice for the same words.
import { itemAddress } from '../../machines/address.ts';
import { reviewRulesOf } from '../../machines/pipeline.ts';
import type { ItemView } from './item-views.ts';
import type { OutsideProject } from './outside-project.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';
import { judgeReviews } from './reviews/judgement.ts';

export interface ReviewStep {
  look(project: OutsideProject): Promise<void>;
}

export interface ReviewStepOptions extends ReconcileDeps {
  /** What failed for one item; the others go on. */
  onTrouble: (project: string, what: string, error: unknown) => void;
}

export function createReviewStep(options: ReviewStepOptions): ReviewStep {
  const { views, onTrouble } = options;
  return {
    async look(project) {
      if (!project.forge.hasPullRequests || project.actuators.reviews === 'off') return;
      for (const item of views.active(project.name).filter(isWaiting)) {
        await lookAt(options, project, item).catch((error: unknown) =>
          onTrouble(project.name, `reviews of ${item.item}`, error),
        );
      }
    },
  };
}

function isWaiting({ state, context }: ItemView): boolean {
  return (
    state === 'awaitingApproval' &&
    context.pullRequest?.state === 'open' &&
    stageOf(context)?.approve === 'reviews'
  );
}

function stageOf({ pipeline, current }: ItemView['context']) {
  return pipeline.stages.find(({ name }) => name === current?.stage);
}

async function lookAt(
  { asker, deeds, log }: ReviewStepOptions,
  project: OutsideProject,
  item: ItemView,
): Promise<void> {
  const { context } = item;
  const { pullRequest, reviewed: handled } = context;
  const stage = stageOf(context);
  if (pullRequest === null || stage === undefined) return;
  const { number, headSha } = pullRequest;
  const reviews = await project.forge.reviews(number);
  const judged = judgeReviews({ reviews, headSha, rules: reviewRulesOf(stage), handled });
  if (judged.kind === 'wait') return;
  const address = itemAddress(project.name, item.item);
  const by = `${project.forge.kind}:${judged.by}`.slice(0, 200);
  const fact = `${project.forgeName}#pull-request:${number}`;
  const event =
    judged.kind === 'approve'
      ? {
          ...{ type: 'approve', id: `${fact}:approved:${judged.id}` },
          data: { by, comment: judged.comment },
        }
      : {
          ...{ type: 'reject', id: `${fact}:sent-back:${judged.ids.join(',')}`.slice(0, 256) },
          data: { by, reason: judged.reason, reviews: judged.ids },
        };
  const deed = { actuator: 'reviews', what: `${event.type} item ${item.item} for ${by}` } as const;
  const reply = await deeds.perform(project, deed, () =>
    asker.ask({ address, ...event }, { timeoutMs: ASK_LIMIT_MS }),
  );
  if (reply !== null) log.info({ address, by, outcome: reply.outcome }, `reviews: ${event.type}`);
}
