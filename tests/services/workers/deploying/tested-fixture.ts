// A commit whose image staging has built and passed, and what may be done to it before production asks.
// It must never touch a tag of production.
import * as assert from 'uvu/assert';
import type { Artifact } from '../../../../machines/deployment/artifact.ts';
import { readLayout } from '../../../../transport/registry/oci-layout.ts';
import { makeLayout } from '../../../support/oci-image.ts';
import { type DeployFixture, deployFixture, type Requested } from './deploy-fixture.ts';

export interface Tested extends DeployFixture {
  artifact: Artifact;
  sha: string;
  /** Its tag in staging, which stays. */
  commitTag: string;
  requestProduction(more?: Requested): Promise<void>;
  /** Pushes another image that claims to be of a commit, and returns its digest. */
  pushOther(tag: string, revision?: string): Promise<string>;
}

/** Staging has built an image, and passed it. */
export async function setupTested(): Promise<Tested> {
  const fixture = await deployFixture();
  const { carry, deployment, registry, remote, request, settle } = fixture;
  const sha = await remote.commit('main', 'README.md', '# a shop\n');
  await request('staging', sha);
  await carry('staging');
  await settle('staging');
  const { state, context } = await deployment('staging');
  const [artifact] = context.artifacts;
  assert.is(state, 'healthy');
  assert.ok(artifact);
  const passes = [{ environment: 'staging', digest: artifact.digest }];
  return {
    ...{ ...fixture, artifact, sha, commitTag: `staging-${sha.slice(0, 12)}` },
    async requestProduction({ rules, ...more } = {}) {
      const given = { artifact, passes, ...more, rules: { requires: 'staging', ...rules } };
      await request('production', sha, given);
    },
    async pushOther(tag, revision = sha) {
      const layout = makeLayout(revision);
      await registry.push(layout, tag);
      const image = await readLayout(layout);
      return 'digest' in image ? image.digest : image.refused;
    },
  };
}
