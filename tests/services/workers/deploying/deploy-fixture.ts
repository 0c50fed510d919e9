// Deployments in memory in front of a real registry and a real remote, and workers that carry them.
// It must never decide anything: what a worker reports is decided by the deployment, as a host would.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploymentAddress } from '../../../../machines/address.ts';
import type { Artifact } from '../../../../machines/deployment/artifact.ts';
import type { DeploymentContext } from '../../../../machines/deployment/context.ts';
import { stageSchema } from '../../../../machines/pipeline.ts';
import { stateName } from '../../../../machines/record.ts';
import { deploymentContextOf } from '../../../../machines/typed-context.ts';
import { carryDeployment } from '../../../../services/workers/deploying/carry-deployment.ts';
import { createRepositories } from '../../../../transport/git/repository.ts';
import type { Asker, AskRequest, Reply } from '../../../../transport/ports.ts';
import { openRegistry } from '../../../../transport/registry/registry.ts';
import { localClock } from '../../../support/local-clock.ts';
import { buildCommand } from '../../../support/oci-image.ts';
import { testRegistry } from '../../../support/registry.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { createRemote, testGit } from '../../../transport/git/remote-fixture.ts';
import { ask as event } from '../../actors/actor-events.ts';
import { createActorHost, createActorWorld } from '../../actors/actor-hosts.ts';

export interface CarryOptions {
  worker?: string;
  /** Comes between the deployment's answer and the worker: it may do something, or lose the answer by throwing. */
  answered?: (request: AskRequest) => Promise<void> | void;
  cancelSignal?: AbortSignal;
  stateDir?: string;
  /** The report after which the worker stops in order. Defaults to `promoted`. */
  until?: string;
  /** Between two signs of life, in milliseconds. Defaults to 50. */
  progressMs?: number;
}

let shops = 0;
let asks = 0;

/** A project whose commit on `main` may be brought to `staging`, and to `production` once staging has passed it. */
export async function deployFixture() {
  const registryServer = await testRegistry();
  registryServer.setTrouble('none');
  registryServer.setListener(null);
  shops += 1;
  const image = `${registryServer.host}/acme/shop-${shops}`;
  const lab = temporaryDirectory();
  const remote = await createRemote();
  const world = createActorWorld();
  const host = createActorHost(world, 'host-a');
  const environment = { PATH: process.env['PATH'], WORKERS_OWN: 'hunter2' };
  const open = { name: image, plain: true, clock: localClock, timeoutMs: 20_000, environment };
  const registry = openRegistry(open);

  const send = async (name: string, type: string, data: Record<string, unknown>, door?: 'tell') => {
    const more = { data, door: door ?? 'ask' } as const;
    const given = await host.actors.deliver(event(deploymentAddress('shop', name), type, more));
    await given.performed;
    return given.reply;
  };
  const deployment = async (name: string): Promise<Seen> => {
    const stored = await world.stored(deploymentAddress('shop', name));
    if (stored === null) throw new Error(`no deployment of ${name}`);
    const { record } = stored;
    return { state: stateName(record.state), context: deploymentContextOf(record) };
  };
  const askerOf = (requests: AskRequest[], { answered }: CarryOptions): Asker => ({
    async ask({ id = nextId(), address, type, data }): Promise<Reply> {
      requests.push({ id, address, type, data });
      const given = await host.actors.deliver(event(address, type, { id, data }));
      await given.performed;
      await answered?.({ id, address, type, data });
      return given.reply;
    },
  });
  /** Carries what is under way, up to the end of its promotion, or of what is asked for. */
  const carry = async (name: string, options: CarryOptions = {}) => {
    const { worker = 'worker-1', stateDir = join(lab, worker), progressMs = 50 } = options;
    const { operation } = (await deployment(name)).context;
    const stopping = new AbortController();
    const requests: AskRequest[] = [];
    const answered = async (request: AskRequest) => {
      await options.answered?.(request);
      if (request.type === (options.until ?? 'promoted')) stopping.abort();
    };
    const outcome = await carryDeployment(
      { address: deploymentAddress('shop', name), operation: operation?.number ?? 0 },
      {
        ...{ asker: askerOf(requests, { answered }), clock: localClock, stateDir, worker },
        repositories: createRepositories({ git: testGit, stateDir }),
        deployments: world.bucket('onceward-deployments'),
        ...{ machine: `machine of ${worker}`, environment },
        accounts: () => ({}),
        accountRecords: { read: async () => null },
        ...{ workerLeaseMs: 60_000, progressMs, finalizeTimeoutMs: 20_000 },
        cancelSignal: AbortSignal.any([stopping.signal, options.cancelSignal ?? stopping.signal]),
      },
    );
    return { outcome, requests, types: reportsIn(requests) };
  };
  const request = async (name: string, sha: string, more: Requested = {}) => {
    const { rules, stage: settingsOfStage, artifact = null, passes = [], item = '7' } = more;
    const deployLog = join(lab, `${name}.log`);
    const stage = stageSchema.parse({
      ...{ name, kind: 'deploy', killGraceMs: 150, interruptGraceMs: 0 },
      ...settingsOfStage,
      deploy: {
        environment: name,
        image: { name: image, plain: true, timeoutMs: 10_000 },
        build: { command: buildCommand(), timeoutMs: 60_000 },
        deploy: { command: `echo $ONCEWARD_DIGEST >> ${deployLog}`, timeoutMs: 10_000 },
        retries: { infra: 0 },
        ...rules,
      },
    });
    const settings = {
      ...{ stage, repository: remote.url, baseBranch: 'main', digest: 'digest' },
      ...{ sinceMs: 1, reminderMs: 1_000 },
    };
    await send(name, 'open', {}, 'tell');
    const run = { item, stage: name, attempt: 1, headSha: sha };
    await send(name, 'request', { ...run, sha, artifact, passes, settings }, 'tell');
  };
  return {
    ...{ deployment, image, lab, registry, registryServer, remote, request, send, carry },
    /** What the command that deploys has said; null when it never ran. */
    deployLog: (name: string) => readIfThere(join(lab, `${name}.log`)),
    /** What was promoted is deployed and found good, without any command being run. */
    async settle(name: string): Promise<void> {
      const promoted = (await deployment(name)).context;
      await send(name, 'take', { worker: 'worker-0', machine: 'machine-0' });
      const { holder, operation } = (await deployment(name)).context;
      const digest = promoted.release?.artifact?.digest;
      const told = { token: holder?.token, operation: operation?.number, digest };
      await send(name, 'deployed', told);
    },
  };
}

export type DeployFixture = Awaited<ReturnType<typeof deployFixture>>;

export interface Seen {
  state: string;
  context: DeploymentContext;
}

export interface Requested {
  /** Over those of the fixture. */
  rules?: Record<string, unknown>;
  stage?: Record<string, unknown>;
  artifact?: Artifact | null;
  passes?: { environment: string; digest: string }[];
  item?: string;
}

function nextId(): string {
  asks += 1;
  return `asked-${asks}`;
}

/** Without signs of life. */
function reportsIn(requests: readonly AskRequest[]): string[] {
  return requests.map(({ type }) => type).filter((type) => type !== 'progress');
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
