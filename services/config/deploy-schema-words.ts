// Puts the words for the rules of a deploy into the JSON Schema of a stage.
// It must never change what the schema accepts.
import {
  BASELINE_DESCRIPTIONS,
  BUILD_COMMAND,
  DEPLOY_DESCRIPTIONS,
  DEPLOY_PART_DESCRIPTIONS,
  PROBE_DESCRIPTIONS,
  PROBE_KIND_DESCRIPTIONS,
  RANGE_DESCRIPTIONS,
  STEP_DESCRIPTIONS,
  WATCH_DESCRIPTIONS,
} from './deploy-descriptions.ts';
import type { SchemaNode } from './json-schema.ts';
import { constantOf, describe } from './schema-words.ts';

const STEPS = ['build', 'prepare', 'deploy', 'verify', 'rollback'] as const;

export function describeDeploy(deploy: SchemaNode | undefined): void {
  describe(deploy, DEPLOY_DESCRIPTIONS);
  for (const step of STEPS) describe(deploy?.properties?.[step], STEP_DESCRIPTIONS);
  describe(deploy?.properties?.['build'], { command: BUILD_COMMAND });
  for (const [part, words] of Object.entries(DEPLOY_PART_DESCRIPTIONS)) {
    describe(deploy?.properties?.[part], words);
  }
  const watch = deploy?.properties?.['watch'];
  describe(watch, WATCH_DESCRIPTIONS);
  for (const probe of watch?.properties?.['probes']?.items?.oneOf ?? []) {
    const kind = constantOf(probe, 'kind') as keyof typeof PROBE_KIND_DESCRIPTIONS;
    describe(probe, { ...PROBE_DESCRIPTIONS, kind: PROBE_KIND_DESCRIPTIONS[kind] });
    describe(probe.properties?.['baseline'], BASELINE_DESCRIPTIONS);
    for (const range of ['good', 'bad']) describe(probe.properties?.[range], RANGE_DESCRIPTIONS);
  }
}
