// A merge queue in memory in front of a real remote, and workers that carry its trials with clones of their own.
// It must never decide anything: what a worker reports is decided by the queue, as a host would.
import { join } from 'node:path';
import { mergeAddress } from '../../../../machines/address.ts';
import type { MergeContext } from '../../../../machines/merge/context.ts';
import { stageSchema } from '../../../../machines/pipeline.ts';
import { stateName } from '../../../../machines/record.ts';
import { mergeContextOf } from '../../../../machines/typed-context.ts';
import { carryTrial } from '../../../../services/workers/merging/carry-trial.ts';
import { createRepositories } from '../../../../transport/git/repository.ts';
import type { Asker, AskRequest, Reply } from '../../../../transport/ports.ts';
import { localClock } from '../../../support/local-clock.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { landingFixture } from '../../../transport/git/landing-fixture.ts';
import { testGit } from '../../../transport/git/remote-fixture.ts';
import { ask as event } from '../../actors/actor-events.ts';
import { createActorHost, createActorWorld } from '../../actors/actor-hosts.ts';

const QUEUE = mergeAddress('shop', 'main');

export interface CarryOptions {
  worker?: string;
  /** Where its clone lies; a folder of its own by default. */
  stateDir?: string;
  /** Comes between the queue's answer and the worker: it may do something, or lose the answer by throwing. */
  answered?: (request: AskRequest) => Promise<void> | void;
  cancelSignal?: AbortSignal;
}

/** Item 7 waits in the queue, with one commit on its branch; the gate is a command. */
export async function queueFixture(gate: (lab: string) => string = () => 'true') {
  const git = await landingFixture();
  const lab = temporaryDirectory();
  const world = createActorWorld();
  const host = createActorHost(world, 'host-a');
  const send = async (
    type: string,
    data: Record<string, unknown>,
    door: 'ask' | 'tell' = 'ask',
  ) => {
    const { reply, performed } = await host.actors.deliver(event(QUEUE, type, { data, door }));
    await performed;
    return reply;
  };
  const { title, ...member } = await git.item('7', 'fix.txt', 'fixed\n');
  await send('open', {}, 'tell');
  await send(
    'enqueue',
    entryOf({ ...member, title, gate: gate(lab), url: git.remote.url }),
    'tell',
  );

  const carry = (options: CarryOptions = {}) => {
    const { worker = 'worker-1', stateDir = temporaryDirectory(), cancelSignal } = options;
    const requests: AskRequest[] = [];
    const outcome = carryTrial(
      { address: QUEUE, trial: 1 },
      {
        ...{ asker: askerOf(requests, options), clock: localClock, stateDir, worker },
        repositories: createRepositories({ git: testGit, stateDir }),
        merges: world.bucket('onceward-merges'),
        ...{ machine: `machine of ${worker}`, environment: { PATH: process.env['PATH'] } },
        accounts: () => ({}),
        accountRecords: { read: async () => null },
        ...{ workerLeaseMs: 60_000, progressMs: 50, finalizeTimeoutMs: 20_000 },
        ...(cancelSignal === undefined ? {} : { cancelSignal }),
      },
    );
    return { outcome, requests, types: () => typesOf(requests) };
  };
  const askerOf = (requests: AskRequest[], { answered }: CarryOptions): Asker => ({
    async ask({ id = `ask-${worldwide()}`, address, type, data }): Promise<Reply> {
      requests.push({ id, address, type, data });
      const given = await host.actors.deliver(event(address, type, { id, data }));
      await given.performed;
      await answered?.({ id, address, type, data });
      return given.reply;
    },
  });
  return {
    ...{ git, lab, send, carry, headSha: member.headSha },
    async queue(): Promise<{ state: string; context: MergeContext }> {
      const record = (await world.stored(QUEUE))?.record;
      if (record === undefined) throw new Error('there is no queue');
      return { state: stateName(record.state), context: mergeContextOf(record) };
    },
    /** Where its gate says that it runs, and which process it is. */
    pidPath: join(lab, 'pid'),
  };
}

/** A gate that says who it is, and does not end while the file `second` is missing. */
export function hangingGate(lab: string): string {
  return `test -e ${lab}/second || { echo $$ > ${lab}/pid.new; mv ${lab}/pid.new ${lab}/pid; sleep 60; }`;
}

let asks = 0;

function worldwide(): number {
  asks += 1;
  return asks;
}

/** Without signs of life. */
function typesOf(requests: readonly AskRequest[]): string[] {
  return requests.map(({ type }) => type).filter((type) => type !== 'progress');
}

function entryOf({ gate, url, ...told }: Record<string, string>): Record<string, unknown> {
  const stage = stageSchema.parse({
    ...{ name: 'land', kind: 'merge', merge: { admission: 'none' }, killGraceMs: 150 },
    ...{ interruptGraceMs: 0, gates: [{ kind: 'command', command: gate }] },
  });
  const settings = {
    ...{ stage, repository: url, baseBranch: 'main', digest: 'digest' },
    ...{ sinceMs: 1, reminderMs: 1_000 },
  };
  return { ...told, stage: 'land', attempt: 1, settings };
}
