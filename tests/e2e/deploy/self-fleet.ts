// A project whose only environment is the very service that deploys it: a real server, registry and remote, and items
// that are built, merged and deployed. It must never tell the deployment anything: the service does, whichever it is.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { stateName } from '../../../machines/record.ts';
import { deploymentContextOf } from '../../../machines/typed-context.ts';
import { decodeEntry } from '../../../services/actors/record-cache.ts';
import { partitionFor } from '../../../services/queries/session.ts';
import { createAsker } from '../../../transport/nats/asker.ts';
import { createBucket } from '../../../transport/nats/bucket.ts';
import { connectNats } from '../../../transport/nats/connection.ts';
import { createServerClock } from '../../../transport/nats/server-clock.ts';
import { eventually } from '../../support/eventually.ts';
import { natsServer, stopNatsServer } from '../../support/nats-server.ts';
import { buildCommand } from '../../support/oci-image.ts';
import { testRegistry } from '../../support/registry.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { createRemote } from '../../transport/git/remote-fixture.ts';
import { makeSelfService, type SelfService } from './self-service.ts';

const PARTITIONS = 2;

export interface SelfFleet extends SelfService {
  /** Opens an item, which goes to its deploy by itself. */
  submit(item: string): Promise<void>;
  /** Resolves once the deployment rests in one of these states, with what it remembers. */
  reached(...states: string[]): Promise<{ state: string; context: DeploymentContext }>;
  /** Resolves once the step has written down that the command is done. */
  replaced(): Promise<void>;
  stop(): Promise<void>;
}

let fleets = 0;

/** The service runs as release `first`, which no deployment has brought. */
export async function startSelfFleet({ proveMs = 60_000 } = {}): Promise<SelfFleet> {
  const { url: natsUrl } = await natsServer({ syncAlways: false });
  const registry = await testRegistry();
  const folder = temporaryDirectory();
  fleets += 1;
  const configuration = join(folder, 'onceward.yaml');
  const service = await makeSelfService(folder, { natsUrl, configuration });
  const remote = await createRemote();
  await remote.commit('main', 'README.md', '# onceward\n');
  const image = `${registry.host}/acme/self-${fleets}`;
  writeFileSync(configuration, configurationOf(service, { url: remote.url, image, proveMs }));
  await service.start('first');
  const nc = await connectNats({ url: natsUrl, name: 'test' });
  const clock = await eventually(() => createServerClock(nc).catch(() => null));
  const asker = createAsker(nc, clock, (address) => partitionFor(address, PARTITIONS));
  const seen = async () => {
    const entry = await createBucket(nc, 'onceward-deployments').read('shop.live');
    const loaded = entry === null ? null : decodeEntry(entry);
    if (loaded?.status !== 'stored') return null;
    const { record } = loaded.stored;
    return { state: stateName(record.state), context: deploymentContextOf(record) };
  };
  const orders = join(folder, 'state', 'self-deploys');
  const hasFact = (name: string) =>
    existsSync(orders) && readdirSync(orders).some((one) => existsSync(join(orders, one, name)));
  return {
    ...service,
    async submit(item) {
      const data = { title: 'a task' };
      const ask = () => asker.ask({ address: `item.shop.${item}`, type: 'open', data });
      const reply = await eventually(() => ask().catch(() => null));
      if (reply.outcome !== 'applied') throw new Error(JSON.stringify(reply));
    },
    reached: (...states) =>
      eventually(async () => {
        const found = await seen();
        return found !== null && states.includes(found.state) && found;
      }),
    replaced: async () => void (await eventually(() => hasFact('replaced.json'))),
    async stop() {
      await service.killAll();
      clock.stop();
      await nc.close();
      await stopNatsServer();
    },
  };
}

function configurationOf(
  { deployCommand, rollbackCommand, mark }: SelfService,
  { url, image, proveMs }: { url: string; image: string; proveMs: number },
): string {
  const stages = [
    {
      ...{ name: 'work', kind: 'command' },
      command:
        'echo "$ONCEWARD_ITEM" >> README.md && git add -A && git commit -qm "work of $ONCEWARD_ITEM"',
    },
    {
      ...{ name: 'land', kind: 'merge', merge: { admission: 'none' } },
      gates: [{ kind: 'command', command: 'true' }],
    },
    {
      ...{ name: 'ship', kind: 'deploy', env: mark },
      deploy: {
        environment: 'live',
        image: { name: image, plain: true },
        build: { command: buildCommand(), timeoutMs: 60_000 },
        deploy: { command: deployCommand, timeoutMs: 120_000 },
        rollback: { command: rollbackCommand, timeoutMs: 120_000 },
        self: { proveMs },
      },
    },
  ];
  const settings = {
    ...{ partitions: PARTITIONS, progressMs: 200, presenceTtlMs: 2_000, sweepMs: 500 },
    ...{ bootGraceMs: 0, retryBackoffMs: 200, drainMs: 0 },
  };
  // YAML is a superset of JSON.
  return JSON.stringify({
    ...{ version: 1, settings },
    pools: { default: { slots: 2 } },
    projects: { shop: { repository: url, pipeline: 'standard' } },
    pipelines: { standard: { stages } },
  });
}
