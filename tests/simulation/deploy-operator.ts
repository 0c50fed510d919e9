// People around the environments: who decides on what waits for a person, who meddles, and who moves a tag.
// It may leave what is held as it is; whatever it says is an event like any other, and may be refused.
import { deploymentAddress } from '../../machines/address.ts';
import { deploymentContextOf } from '../../machines/typed-context.ts';
import { createPrng } from '../support/prng.ts';
import type { DeployShape } from './deploy-shape.ts';
import type { Environments } from './environments.ts';
import type { Known } from './landing.ts';
import type { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { Server } from './server.ts';
import { PROJECT } from './shape.ts';
import type { World } from './world.ts';

const WAITING = ['held', 'degraded', 'rollbackFailed'];
const MAX_THINKING_MS = 3_000;
const ASK_AGAIN_MS = 4_000;
const ASK_LIMIT_MS = 10_000;
const MEDDLING_MS = 40_000;
const MEDDLINGS = 5;
const TAMPERINGS = 2;
/** From so many decisions on it gives up whatever is held, so that it comes to an end. */
const MAX_PATIENCE = 6;

export interface DeployOperatorOptions {
  life: Life;
  server: Server;
  ledger: Ledger;
  environments: Environments;
  deploy: DeployShape;
}

export function startDeployOperator(world: World, options: DeployOperatorOptions): void {
  const { life, server, ledger, environments, deploy } = options;
  const { scheduler } = world;
  const prng = createPrng(world.seed ^ 0x0ca11);
  const asker = server.asks.askerFor(life);
  const decisions = new Map<string, number>();
  const ask = (address: string, type: string, data: Record<string, unknown> = {}) =>
    asker
      .ask({ address, type, data: { by: 'op', reason: 'so it is', ...data } }, ASK_LIMIT)
      .catch(() => {});
  const within = (ms: number, act: () => void) => void scheduler.after(prng.fraction() * ms, act);

  /** Until it has moved on: an answer that was lost may have been no answer, and some decisions do not fit. */
  const decide = ({ address, revision }: Known): void => {
    const again = () => {
      if (ledger.truth.records.get(address)?.revision !== revision) return;
      const made = (decisions.get(address) ?? 0) + 1;
      decisions.set(address, made);
      const isPatient = made < MAX_PATIENCE;
      const decision = isPatient ? prng.pick(['retry', 'retry', 'accept', 'reject']) : 'reject';
      const said = prng.isLucky(0.15)
        ? ask(address, 'rollback')
        : ask(address, 'release', { decision });
      void said.then(() => void scheduler.after(ASK_AGAIN_MS, again));
    };
    within(MAX_THINKING_MS, again);
  };

  /** Of what staging has built, whether it has passed or not; nobody answers for it. */
  const deployUntested = (): void => {
    const staging = ledger.truth.records.get(deploymentAddress(PROJECT, 'staging'));
    const artifact = staging && deploymentContextOf(staging.record).artifacts.at(-1);
    if (artifact) void ask(deploymentAddress(PROJECT, 'production'), 'deploy', { artifact });
  };

  ledger.onRecord((known) => {
    if (known.record.machine !== 'deployment' || !WAITING.includes(known.state)) return;
    if (!deploy.isLeftAlone) decide(known);
  });

  for (let at = 0; deploy.isTampered && at < TAMPERINGS; at += 1) {
    within(MEDDLING_MS, () => environments.tamper());
  }
  for (let at = 0; deploy.isMeddled && at < MEDDLINGS; at += 1) {
    const address = deploymentAddress(PROJECT, prng.pick(['staging', 'production']));
    const type = prng.pick(['hold', 'rollback', 'release', 'deploy']);
    within(MEDDLING_MS, () => void (type === 'deploy' ? deployUntested() : ask(address, type)));
  }
}

const ASK_LIMIT = { timeoutMs: ASK_LIMIT_MS };
