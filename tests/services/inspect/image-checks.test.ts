// What the doctor says of images: whether this machine can ask registries, where a stage deploys.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stageSchema } from '../../../machines/pipeline.ts';
import { imageChecks } from '../../../services/inspect/image-checks.ts';
import { within } from '../../support/within.ts';

const BUILD = stageSchema.parse({ name: 'build', kind: 'command', command: 'true' });
const STAGING = stageSchema.parse({
  ...{ name: 'staging', kind: 'deploy' },
  deploy: {
    environment: 'staging',
    image: { name: 'registry.example.com/shop' },
    deploy: { command: 'true' },
  },
});
const HERE = { PATH: process.env['PATH'] };
const NOWHERE = { PATH: '/nonexistent' };

test(
  'where no stage deploys, nothing is needed',
  within(10_000, async () => {
    assert.equal(await imageChecks({ stages: [BUILD], environment: NOWHERE }), []);
  }),
);

test(
  'where a stage deploys, skopeo must be there',
  within(10_000, async () => {
    const [here] = await imageChecks({ stages: [BUILD, STAGING], environment: HERE });
    const [missing] = await imageChecks({ stages: [STAGING], environment: NOWHERE });

    assert.equal([here?.name, here?.isOk], ['skopeo', true]);
    assert.match(here?.detail ?? '', /\d+\.\d+/);
    assert.is(missing?.isOk, false);
    assert.match(missing?.detail ?? '', /stage "staging" needs it: .*Debian: skopeo/);
  }),
);

test.run();
