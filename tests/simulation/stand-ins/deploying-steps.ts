// Takes the place of services/workers/deploying/steps: each step says what is true of the simulated registry and
// environments, after a while and over the worker's connection, unless infrastructure fails it.
import type { Measurement } from '../../../machines/deployment/events.ts';
import type { DeployStep, TakeStep } from '../../../services/workers/deploying/deploy-step.ts';
import { OncewardError } from '../../../transport/errors.ts';
import type { Environments } from '../environments.ts';
import { benchOf, useTool } from '../machine-room.ts';

const MAX_STEP_MS = 1_500;

export const assess: TakeStep = async (step) => {
  const { remote, forge } = await reach(step);
  const { release, live } = step.reading.context;
  const sha = release?.sha ?? '';
  const isContained = live !== null && forge.isAncestor(sha, live.sha);
  return step.lease.report('assessed', {
    ...{ isOnBase: remote.isOnBase(sha), isContained, isNeeded: true, reason: '' },
  });
};

export const build: TakeStep = async (step) => {
  const { environment } = step.rules;
  const sha = step.reading.context.release?.sha ?? '';
  const artifact = await act(step, 'build', (environments) => environments.build(sha, environment));
  return step.lease.report('built', { artifact });
};

export const check: TakeStep = async (step) => {
  const { environments } = await reach(step);
  const { digest, sha } = imageIn(step);
  const { requires } = step.rules;
  const tagged = requires === undefined ? digest : environments.tagged(requires, sha);
  const findings = [
    { check: 'tag', isMet: tagged === digest, detail: `found ${tagged}` },
    { check: 'revision', isMet: environments.shaOf(digest) === sha },
    { check: 'statement', isMet: true },
  ];
  return step.lease.report('checked', { digest, sha, findings });
};

export const promote: TakeStep = async (step) => {
  const { digest, sha } = imageIn(step);
  const { environment } = step.rules;
  await act(step, 'promote', (environments) => environments.promote(environment, { digest, sha }));
  return step.lease.report('promoted', { digest, baselines: [] });
};

export const deploy: TakeStep = async (step) => {
  const { digest } = imageIn(step);
  const { environment } = step.rules;
  await act(step, 'deploy', (environments) => environments.run(environment, digest));
  const { environments, prng } = await reach(step);
  const report = (kind: string, cause: string) =>
    step.lease.report('failed', { kind, phase: 'verify', cause, summary: cause });
  if (prng.isLucky(environments.shape.unobservedShare)) return report('unobserved', 'no-verdict');
  const isSeen = environments.isBad(digest) && prng.isLucky(0.3);
  if (isSeen) return report('product_fail', 'verify-failed');
  return step.lease.report('deployed', { digest });
};

export const measure: TakeStep = async (step) => {
  const { environments, prng } = await reach(step);
  const { context } = step.reading;
  const { environment } = step.rules;
  const running = environments.running(environment) ?? '';
  const isBad = environments.isBad(running);
  const outcomeOf = (): Measurement['outcome'] => {
    if (prng.isLucky(environments.shape.errorShare)) return 'error';
    return isBad ? 'bad' : 'good';
  };
  const results = (context.watch?.probes ?? []).map(({ name }) => ({
    ...{ probe: name, outcome: outcomeOf() },
  }));
  return step.lease.report('measured', { round: context.watch?.round, results });
};

export const rollBack: TakeStep = async (step) => {
  const { target } = step.reading.context.operation ?? {};
  const { environment } = step.rules;
  const digest = target?.digest ?? '';
  await act(step, 'roll back', (environments) => environments.run(environment, digest));
  return step.lease.report('rolled-back', { digest });
};

function imageIn({ reading: { context } }: DeployStep): { digest: string; sha: string } {
  const { release, artifacts } = context;
  const known = artifacts.findLast(({ sha }) => sha === release?.sha);
  const artifact = release?.artifact ?? known;
  return { digest: artifact?.digest ?? '', sha: release?.sha ?? '' };
}

/** Looks at the world from a worker, or fails for want of it. */
async function reach({ deps, lease }: DeployStep) {
  const bench = benchOf(deps.clock);
  const { world, environments, life } = bench;
  const { prng } = world;
  await useTool(bench, 'git fetch');
  await life.work(prng.fraction() * MAX_STEP_MS);
  lease.advance(1, 'looking');
  if (prng.isLucky(environments.shape.faultShare)) {
    throw new OncewardError('GIT_FAILED', 'the registry is away');
  }
  return { ...bench, prng };
}

/** Changes the world: it may land late, or land although nobody hears of it. */
async function act<T>(
  step: DeployStep,
  verb: string,
  perform: (environments: Environments) => T,
): Promise<T> {
  const { life, environments } = await reach(step);
  const about = step.address;
  const change = { verb, about, perform: () => perform(environments), isChange: true };
  return life.request(change).catch((cause: unknown) => {
    throw new OncewardError('GIT_FAILED', `no answer to ${verb}`, { cause });
  });
}
