// Builds the image of a commit that has none yet, and pushes it under a tag of its own.
// It must never push what does not say which commit it is of, nor move a tag that is deployed.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Artifact } from '../../../../machines/deployment/artifact.ts';
import type { Step } from '../../../../machines/deployment/events.ts';
import { OncewardError } from '../../../../transport/errors.ts';
import { faultPoint } from '../../../../transport/process/fault-point.ts';
import { ownFolderMark } from '../../../../transport/process/folder-mark.ts';
import { type LayoutImage, readLayout } from '../../../../transport/registry/oci-layout.ts';
import { scrubberOf } from '../../agent-credentials.ts';
import { runPaths } from '../../run-paths.ts';
import { type CommandRun, runCommand } from '../command-run.ts';
import { deployJob, releaseIn, stepKey } from '../deploy-facts.ts';
import type { DeployStep } from '../deploy-step.ts';
import { registryOf } from '../image-registry.ts';
import { REVISION_LABEL, revisionProblem } from '../revision-label.ts';
import { makeStatement } from '../statement.ts';

/** EX_TEMPFAIL of sysexits.h: nothing was found out about the commit. */
const TEMPORARY_FAILURE = 75;
const SHORT_SHA = 12;

interface Failure {
  kind: 'product_fail' | 'infra_error';
  cause: string;
  summary: string;
}

export async function build(step: DeployStep): Promise<boolean> {
  const { deps, lease } = step;
  faultPoint('deploy-building');
  const parent = join(deps.stateDir, 'checkouts');
  await mkdir(parent, { recursive: true });
  // Named like a checkout, so that it is swept like one when this process is killed.
  const folder = await mkdtemp(join(parent, `checkout-${ownFolderMark()}-`));
  try {
    const startedAtMs = deps.clock.nowMs();
    const layout = join(folder, 'layout');
    const run = await runBuild(step, layout);
    if (lease.signal.aborted) return false;
    const image = await builtImage(step, { run, layout });
    const done = { step: 'build', key: stepKey(step, 'build'), durationMs: run.durationMs };
    if ('kind' in image) {
      return await lease.report('failed', {
        ...{ ...image, phase: 'build' },
        steps: [{ ...done, result: image.cause }],
      });
    }
    return await publish(step, {
      ...{ digest: image.digest, layout, startedAtMs },
      steps: [{ ...done, result: image.digest }],
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function runBuild(step: DeployStep, layout: string): Promise<CommandRun> {
  const { command, timeoutMs } = ruleOf(step);
  const { sha } = releaseIn(step.reading.context);
  return runCommand(step, {
    ...{ name: 'build', command, timeoutMs, sha, key: stepKey(step, 'build') },
    variables: { ONCEWARD_OCI_LAYOUT: layout },
    writable: [dirname(layout)],
  });
}

/** What the command has left, or why it is no image of the commit. */
async function builtImage(
  step: DeployStep,
  { run, layout }: { run: CommandRun; layout: string },
): Promise<LayoutImage | Failure> {
  const failure = failureOf(run, step);
  if (failure !== null) return failure;
  const image = await readLayout(layout);
  if ('refused' in image) {
    const summary = `the command ended well, but ${image.refused}; it must leave an OCI layout with one image in $ONCEWARD_OCI_LAYOUT`;
    return { kind: 'product_fail', cause: 'image-missing', summary };
  }
  const problem = revisionProblem(image.labels, releaseIn(step.reading.context).sha);
  if (problem === null) return image;
  const summary = `${problem}; have the build set the label \`${REVISION_LABEL}=$ONCEWARD_SHA\``;
  return { kind: 'product_fail', cause: 'revision-label', summary };
}

function failureOf(run: CommandRun, step: DeployStep): Failure | null {
  const { exit, signal, isOverdue, tail } = run;
  if (isOverdue) {
    const summary = `it ran longer than ${ruleOf(step).timeoutMs} ms; last output:\n${tail}`;
    return { kind: 'product_fail', cause: 'build-timeout', summary };
  }
  if (exit === 0) return null;
  const how = exit === null ? `signal ${signal ?? 'unknown'}` : `code ${exit}`;
  const summary = `it ended with ${how}; last output:\n${tail}`;
  const { exitCodes } = step.rules.infrastructure;
  const isFaultless = exit === TEMPORARY_FAILURE || exitCodes.includes(exit ?? 0);
  return isFaultless
    ? { kind: 'infra_error', cause: 'build-unavailable', summary }
    : { kind: 'product_fail', cause: 'build-failed', summary };
}

interface Built {
  digest: string;
  layout: string;
  startedAtMs: number;
  steps: Step[];
}

async function publish(
  step: DeployStep,
  { digest, layout, startedAtMs, steps }: Built,
): Promise<boolean> {
  const { deps, lease, reading, rules } = step;
  const { sha } = releaseIn(reading.context);
  const { operation, environment } = reading.context;
  lease.advance(1, 'pushing the image');
  const registry = registryOf(step);
  // A tag of its own: a builder that has lost its lease meanwhile overwrites nobody's.
  const tag = `build-${sha.slice(0, SHORT_SHA)}-${operation?.number ?? 0}-${lease.token}`;
  await registry.push(layout, tag);
  const found = await registry.digestAt(tag);
  if (found !== digest) {
    const message = `what was pushed as ${tag} reads back as ${found ?? 'nothing'}, expected ${digest}`;
    throw new OncewardError('REGISTRY_REFUSED', message);
  }
  const builtAtMs = deps.clock.nowMs();
  const statement = stated(step, { digest, startedAtMs, finishedAtMs: builtAtMs });
  await keepBesideLog(step, statement);
  const image = rules.image.name;
  const artifact: Artifact = { sha, image, digest, statement, environment, builtAtMs };
  faultPoint('deploy-built');
  return lease.report('built', { artifact, steps });
}

function stated(
  step: DeployStep,
  given: { digest: string; startedAtMs: number; finishedAtMs: number },
): string {
  const { address, deps, lease, reading, rules, settings } = step;
  const { scrub } = scrubberOf(settings, deps);
  const number = reading.context.operation?.number ?? 0;
  return makeStatement({
    ...given,
    image: rules.image.name,
    sha: releaseIn(reading.context).sha,
    repository: scrub(settings.repository),
    baseBranch: settings.baseBranch,
    command: scrub(ruleOf(step).command),
    worker: deps.worker,
    invocation: `${address}/${number}/${lease.token}`,
  });
}

async function keepBesideLog(step: DeployStep, statement: string): Promise<void> {
  const { statementPath } = runPaths(step.deps.stateDir, deployJob(step));
  await mkdir(dirname(statementPath), { recursive: true });
  await writeFile(statementPath, `${statement}\n`);
}

function ruleOf({ rules, reading }: DeployStep) {
  if (rules.build === undefined) throw new TypeError(`${reading.state} without a build command`);
  return rules.build;
}
