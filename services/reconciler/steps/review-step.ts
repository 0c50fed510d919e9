// Listens to the reviews of pull requests whose items wait for one: approves, or sends back with what was said.
// It must never send an item back twice for the same words.
import { createHash } from 'node:crypto';
import { itemAddress } from '../../../machines/address.ts';
import { reviewRulesOf } from '../../../machines/pipeline.ts';
import type { OutsideProject } from '../outside/outside-project.ts';
import type { ItemView } from '../records/item-views.ts';
import { judgeReviews } from '../reviews/judgement.ts';
import { apart, type OnTrouble } from './apart.ts';
import { ASK_LIMIT_MS, type ReconcileDeps } from './reconcile-deps.ts';

export interface ReviewStep {
  look(project: OutsideProject): Promise<void>;
}

export interface ReviewStepOptions extends ReconcileDeps {
  /** What failed for one item; the others go on. */
  onTrouble: OnTrouble;
}

export function createReviewStep(options: ReviewStepOptions): ReviewStep {
  const { views, onTrouble } = options;
  return {
    async look(project) {
      if (!project.forge.hasPullRequests || project.actuators.reviews === 'off') return;
      for (const item of views.active(project.name).filter(isWaiting)) {
        const about = { project: project.name, what: `reviews of ${item.item}` };
        await apart(onTrouble, about, () => lookAt(options, project, item));
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
  const { pullRequest, current, reviewed: handled } = context;
  const stage = stageOf(context);
  if (pullRequest === null || current === null || stage === undefined) return;
  const { number, headSha } = pullRequest;
  const reviews = await project.forge.reviews(number);
  const judged = judgeReviews({ reviews, headSha, rules: reviewRulesOf(stage), handled });
  if (judged.kind === 'wait') return;
  const address = itemAddress(project.name, item.item);
  const by = `${project.forge.kind}:${judged.by}`.slice(0, 200);
  // A review may decide more than one stage, each of them once.
  const fact = `${project.forgeName}#pull-request:${number}:${current.stage}:${current.attempt}`;
  // It holds for the stage that was looked at: an item that has moved on may wait for another person's word.
  const ifRevision = item.revision;
  const event =
    judged.kind === 'approve'
      ? {
          ...{ type: 'approve', id: `${fact}:approved:${hashOf([judged.id])}` },
          data: { by, comment: judged.comment, ifRevision },
        }
      : {
          ...{ type: 'reject', id: `${fact}:sent-back:${hashOf(judged.ids)}` },
          data: { by, reason: judged.reason, reviews: judged.ids, ifRevision },
        };
  const deed = { actuator: 'reviews', what: `${event.type} item ${item.item} for ${by}` } as const;
  const reply = await deeds.perform(project, deed, () =>
    asker.ask({ address, ...event }, { timeoutMs: ASK_LIMIT_MS }),
  );
  if (reply !== null) log.info({ address, by, outcome: reply.outcome }, `reviews: ${event.type}`);
}

/** An id has 256 characters, and there may be many of these. */
function hashOf(ids: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(ids)).digest('hex').slice(0, 16);
}
