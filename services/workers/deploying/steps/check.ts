// Asks the registry again where the image comes from, before any tag is moved to it.
// It must never take silence of the registry for an answer, nor leave a question out.

import { deploymentAddress, parseAddress } from '../../../../machines/address.ts';
import type { Artifact } from '../../../../machines/deployment/artifact.ts';
import { currentArtifact } from '../../../../machines/deployment/conditions.ts';
import { type DeploymentContext, rulesOf } from '../../../../machines/deployment/context.ts';
import type { ProvenanceFinding } from '../../../../machines/deployment/events.ts';
import { commitTagOf, tagOf } from '../../../../machines/deployment/rules.ts';
import type { Registry } from '../../../../transport/registry/registry.ts';
import type { DeployStep } from '../deploy-step.ts';
import { readDeployment } from '../deployment-reading.ts';
import { registryOf } from '../image-registry.ts';
import { revisionProblem } from '../revision-label.ts';
import { statementProblems } from '../statement.ts';

/** As much as a record has room for. */
const MAX_DETAIL_CHARACTERS = 600;

export async function check(step: DeployStep): Promise<boolean> {
  const { lease, reading } = step;
  const artifact = currentArtifact(reading.context);
  if (artifact === null) throw new TypeError(`${reading.state} without an image`);
  const registry = registryOf(step, artifact.image);
  lease.advance(1, 'asking the registry for the image');
  const { digest, sha } = artifact;
  const isThere = await registry.has(digest);
  const asked = { artifact, registry, isThere };
  const found = await placeFinding(step, asked);
  lease.advance(1, 'asking the registry for its labels');
  const findings = [found, await revisionFinding(asked), statementFinding(artifact)];
  return lease.report('checked', { digest, sha, findings });
}

interface Asked {
  artifact: Artifact;
  registry: Registry;
  /** The registry has the very digest. */
  isThere: boolean;
}

/** Whether it is where it must be: under the tags of the environment that has passed it, or in the registry at all. */
async function placeFinding(step: DeployStep, asked: Asked): Promise<ProvenanceFinding> {
  const { rules, reading } = step;
  const { image, digest } = asked.artifact;
  if (image !== rules.image.name) {
    return finding('tag', [`it is kept in ${image}, and not in ${rules.image.name}`]);
  }
  if (!asked.isThere) {
    return finding('tag', [`the registry has no ${image}@${digest}`]);
  }
  const { requires } = rules;
  const passes = reading.context.release?.passes ?? [];
  const hasPassed = passes.some((one) => one.environment === requires && one.digest === digest);
  // What has passed nowhere has no tag there: whether a person answers for it is not asked here.
  if (requires === undefined || !hasPassed) {
    return finding('tag', [], `the registry has ${image}@${digest}`);
  }
  const problems = [
    await commitTagProblem(requires, asked),
    await movingTagProblem(step, requires, asked),
  ].filter((problem) => problem !== null);
  const tag = commitTagOf(requires, asked.artifact.sha);
  return finding('tag', problems, `${tag} is ${digest}, as it was tested`);
}

/** The tag of the commit stays where it is: it must be at the very image. */
async function commitTagProblem(
  requires: string,
  { artifact, registry }: Asked,
): Promise<string | null> {
  const tag = commitTagOf(requires, artifact.sha);
  const found = await registry.digestAt(tag);
  if (found === artifact.digest) return null;
  return `${tag} is ${found ?? 'missing'}, expected ${artifact.digest}`;
}

/** The tag that follows what is deployed there must be at something that was brought there. */
async function movingTagProblem(
  { deps, reading }: DeployStep,
  requires: string,
  { registry }: Asked,
): Promise<string | null> {
  const key = parseAddress(deploymentAddress(reading.context.project, requires))?.key ?? '';
  const readOther = async () => (await readDeployment(deps.deployments, key))?.context ?? null;
  const before = await readOther();
  if (before === null) return `no deployment of ${requires} is known`;
  const tag = tagOf(rulesOf(before));
  const found = await registry.digestAt(tag);
  // It goes on meanwhile: the tag may be what it was before, or what it is after.
  const after = await readOther();
  const known = [...new Set([before, after ?? before].flatMap(knownIn))];
  if (found !== null && known.includes(found)) return null;
  const expected = known.join(' or ') || 'nothing';
  return `${tag} is ${found ?? 'missing'}, and ${requires} knows of ${expected}`;
}

/** What is live, what is under way, and what was given up since: its tag may have been moved before. */
function knownIn(context: DeploymentContext): string[] {
  const { live, operation, ended } = context;
  const underWay = operation?.target?.digest ?? currentArtifact(context)?.digest;
  const since = ended.filter(({ number }) => number >= (live?.operation ?? 0));
  const all = [live?.digest, underWay, ...since.map(({ digest }) => digest)];
  return all.filter((digest) => typeof digest === 'string');
}

async function revisionFinding({
  artifact: { digest, sha },
  registry,
  isThere,
}: Asked): Promise<ProvenanceFinding> {
  if (!isThere) return finding('revision', ['there is no image that could say it']);
  const problem = revisionProblem(await registry.labelsOf(digest), sha);
  return finding('revision', problem === null ? [] : [problem], `it is labelled ${sha}`);
}

function statementFinding(artifact: Artifact): ProvenanceFinding {
  return finding('statement', statementProblems(artifact), `it speaks of ${artifact.digest}`);
}

function finding(
  check: ProvenanceFinding['check'],
  problems: readonly string[],
  met = '',
): ProvenanceFinding {
  const isMet = problems.length === 0;
  const detail = (isMet ? met : problems.join('; ')).slice(0, MAX_DETAIL_CHARACTERS);
  return { check, isMet, detail };
}
