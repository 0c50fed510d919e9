// The registry and the environments of a simulated world: which image a tag is at, and what really runs where.
// A worker may act long after nobody waits for it any more; what it acts on must have been fit all the same.
import type { Artifact } from '../../machines/deployment/artifact.ts';
import { hashOf } from '../../machines/partition.ts';
import { createPrng } from '../support/prng.ts';
import type { DeployShape } from './deploy-shape.ts';
import type { World } from './world.ts';

export interface Environments {
  readonly shape: DeployShape;
  /** An image of its own for each build, as if nothing could be built twice alike. */
  build(sha: string, environment: string): Artifact;
  /** What is under the tag that stays; null before it was made. */
  tagged(environment: string, sha: string): string | null;
  shaOf(digest: string): string | null;
  promote(environment: string, image: { sha: string; digest: string }): void;
  /** What a command that deploys does. */
  run(environment: string, digest: string): void;
  running(environment: string): string | null;
  has(digest: string): boolean;
  /** True of the version, whatever probes have said. */
  isBad(digest: string): boolean;
  /** Somebody moves a tag to what nobody has tested. */
  tamper(): void;
  /** A person or another environment stands for the image. */
  allow(environment: string, digest: string): void;
  isAllowed(environment: string, digest: string): boolean;
}

const NOTHING_WRONG: DeployShape = {
  ...{ badShare: 0, faultShare: 0, unobservedShare: 0, errorShare: 0 },
  ...{ isTampered: false, isLeftAlone: false, isMeddled: false },
};
const IMAGE = 'registry.test/shop';

export function createEnvironments(world: World, given: DeployShape | null): Environments {
  const shape = given ?? NOTHING_WRONG;
  const prng = createPrng(world.seed ^ 0x1e615);
  const images = new Map<string, string>();
  const tags = new Map<string, string>();
  const runs = new Map<string, string>();
  const allowed = new Set<string>();
  const isAllowed = (environment: string, digest: string) =>
    environment !== 'production' || allowed.has(`${environment} ${digest}`);

  const push = (sha: string): string => {
    const parts = [1, 2, 3, 4, 5, 6, 7, 8].map((part) =>
      hashOf(`${world.seed} ${sha} ${images.size} ${part}`).toString(16).padStart(8, '0'),
    );
    const digest = `sha256:${parts.join('')}`;
    images.set(digest, sha);
    return digest;
  };

  return {
    shape,
    build(sha, environment) {
      const digest = push(sha);
      world.trace.add('registry', 'built', digest.slice(0, 15), sha.slice(-6));
      const statement = JSON.stringify({ subject: digest, sha });
      return { sha, image: IMAGE, digest, statement, environment, builtAtMs: 0 };
    },
    tagged: (environment, sha) => tags.get(`${environment}-${sha}`) ?? null,
    shaOf: (digest) => images.get(digest) ?? null,
    promote(environment, { sha, digest }) {
      tags.set(environment, digest);
      tags.set(`${environment}-${sha}`, digest);
    },
    run(environment, digest) {
      world.trace.add('environment', environment, digest.slice(0, 15));
      runs.set(environment, digest);
      if (world.isForgetful) return;
      world.checked('nothing untested ever runs in production');
      if (isAllowed(environment, digest)) return;
      const message = `${environment} runs ${digest}, which nobody has tested`;
      world.violate('nothing untested ever runs in production', message);
    },
    running: (environment) => runs.get(environment) ?? null,
    has: (digest) => images.has(digest),
    isBad: (digest) => hashOf(`${world.seed} bad ${images.get(digest)}`) / 2 ** 32 < shape.badShare,
    tamper() {
      const staged = [...tags.keys()].filter((tag) => tag.startsWith('staging-'));
      if (staged.length === 0) return;
      const tag = prng.pick(staged);
      tags.set(tag, push(tag.slice('staging-'.length)));
      world.trace.add('registry', 'tampered', tag);
    },
    allow: (environment, digest) => void allowed.add(`${environment} ${digest}`),
    isAllowed,
  };
}
