// A tracker and a forge in memory, and real items behind an asker: what the steps of the reconciler are tried on.
// It must never answer for an item: that is decided by its machine, on records in memory.
import { frozenPipelineSchema } from '../../../machines/item/events.ts';
import { stageSchema } from '../../../machines/pipeline.ts';
import type { Log } from '../../../services/actors/log.ts';
import { type Actuators, actuatorsSchema } from '../../../services/config/actuators.ts';
import { createDeeds } from '../../../services/reconciler/deeds.ts';
import type { OutsideProject } from '../../../services/reconciler/outside/outside-project.ts';
import { createDeploymentViews } from '../../../services/reconciler/records/deployment-views.ts';
import { createItemViews } from '../../../services/reconciler/records/item-views.ts';
import { createMergeViews } from '../../../services/reconciler/records/merge-views.ts';
import type { ReconcileDeps } from '../../../services/reconciler/steps/reconcile-deps.ts';
import { OncewardError } from '../../../transport/errors.ts';
import type { AskRequest } from '../../../transport/ports.ts';
import type { StageInput } from '../../support/machine-steps.ts';
import { settled } from '../../support/virtual-clock.ts';
import { createActorHost, createActorWorld } from '../actors/actor-hosts.ts';
import { createStandInForge } from './stand-in-forge.ts';
import { createStandInTracker } from './stand-in-tracker.ts';

export const SHA = 'a'.repeat(40);
export const LATER_SHA = 'b'.repeat(40);
/** A minute after the virtual clock begins: what people write comes after the opening. */
export const SAID_AT_MS = 1_700_000_060_000;

export interface StandInOptions {
  /** Of every item that is opened. Defaults to one external stage. */
  stages?: StageInput[];
  actuators?: Partial<Actuators>;
  project?: Partial<OutsideProject>;
  /** What is sent returns once all that it has set off has arrived: items tell queues, and these tell runs. */
  isSettled?: boolean;
}

export function createOutsideStandIns(options: StandInOptions = {}) {
  const world = createActorWorld();
  const { actors, outcomes } = createActorHost(world, 'host-a', { isTelling: true });
  const views = createItemViews((name) => world.bucket(name));
  const merges = createMergeViews();
  const deployments = createDeploymentViews();
  views.setForges(new Set(['shop']));
  const tracker = createStandInTracker(world.clock);
  const forge = createStandInForge();
  const asked: AskRequest[] = [];
  const lines: string[] = [];
  const troubles: string[] = [];
  /** Asks of these types are not answered. */
  const unanswered = new Set<string>();
  let isFeedHeld = false;
  const note = (fields: Record<string, unknown>, message: string) =>
    void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { info: note, warn: note, error: note };

  const follow = async (): Promise<void> => {
    if (isFeedHeld) return;
    await world.bucket('onceward-items').scan((entry) => views.take(entry));
    await world.bucket('onceward-merges').scan((entry) => merges.take(entry));
    await world.bucket('onceward-deployments').scan((entry) => deployments.take(entry));
  };
  const deliver = async (request: AskRequest, door: 'ask' | 'tell' = 'ask') => {
    const isOpening = request.type === 'open' && request.address.startsWith('item.');
    const pipeline = isOpening ? { pipeline: pipelineOf(options.stages) } : {};
    const data = { ...(request.data as Record<string, unknown>), ...pipeline };
    const atMs = world.clock.nowMs();
    const { reply, performed } = await actors.deliver({ ...request, data, atMs, door });
    await performed;
    if (options.isSettled) await arrivedAll(outcomes);
    await follow();
    return reply;
  };
  const asker: ReconcileDeps['asker'] = {
    async ask(request) {
      if (unanswered.has(request.type)) throw new OncewardError('OUTCOME_UNKNOWN', 'no answer');
      const identified = { id: `anonymous-${asked.length}`, ...request };
      asked.push(identified);
      return deliver(identified);
    },
  };
  const deps: ReconcileDeps = {
    asker,
    clock: world.clock,
    views,
    merges,
    deployments,
    deeds: createDeeds({ log }),
    log,
  };
  let sent = 0;
  const send = (
    address: string,
    type: string,
    data: Record<string, unknown> = {},
    door: 'ask' | 'tell' = 'ask',
  ) => {
    sent += 1;
    return deliver({ address, type, id: `sent-${sent}`, data }, door);
  };
  return {
    ...{
      deps,
      views,
      merges,
      deployments,
      tracker,
      forge,
      asked,
      lines,
      troubles,
      unanswered,
      world,
    },
    clock: world.clock,
    project: projectOf(options, { tracker, forge }),
    onTrouble: (_: string, what: string) => void troubles.push(what),
    /** Types of the events that were asked for, in their order. */
    types: () => asked.map(({ type }) => type),
    /** What people or runs do to an item, past the reconciler. */
    send,
    /** An external run ends well; with a commit where it has pushed one. */
    async pass(run: string, headSha: string | null = null) {
      await send(run, 'exited', { code: 0 });
      const verdict = { kind: 'pass', cause: 'gates', headSha };
      return send(run, 'claim', { claimant: 'ci', verdict });
    },
    /** The feed of records stands still from now on, until it is let go. */
    holdFeed() {
      isFeedHeld = true;
    },
    async letFeedGo() {
      isFeedHeld = false;
      await follow();
    },
    async stateOf(item: string): Promise<string | null> {
      return (await views.item('shop', item))?.state ?? null;
    },
  };
}

/** What an event has set off among actors has arrived once a turn brings nothing more. */
async function arrivedAll(outcomes: readonly unknown[]): Promise<void> {
  for (let before = -1; before !== outcomes.length; ) {
    before = outcomes.length;
    await settled();
  }
}

function pipelineOf(stages: StageInput[] = [{ kind: 'external' }]) {
  return frozenPipelineSchema.parse({
    ...{ name: 'standard', digest: 'test', limits: {} },
    stages: stages.map((stage) => {
      const isProcess = stage.kind === 'agent' || stage.kind === 'command';
      return stageSchema.parse({
        ...{ name: 'build', kind: 'external', ...(isProcess ? { command: 'true' } : {}) },
        ...stage,
      });
    }),
  });
}

function projectOf(
  { actuators, project }: StandInOptions,
  outside: Pick<OutsideProject, 'tracker' | 'forge'>,
): OutsideProject {
  return {
    ...{ name: 'shop', trackerName: 'github:acme/shop', forgeName: 'github:acme/shop', ...outside },
    ...{ baseBranch: 'main', maxActive: 20, isDraining: false },
    actuators: actuatorsSchema.parse(actuators ?? {}),
    ...project,
  };
}
