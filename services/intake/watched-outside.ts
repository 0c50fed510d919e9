// Whose webhooks are taken in: the secrets of the connections, and what the projects watch, as the configuration has them now.
// It must never put a secret anywhere but into the list that signatures are compared with.

import type { Log } from '../actors/log.ts';
import type { ProjectSettings } from '../config/project-settings.ts';
import { resolveConnections } from '../config/resolved-connections.ts';
import type { Configuration } from '../config/schema.ts';
import { hintName, isAbout } from './delivery-hint.ts';
import type { WebhookOptions, WebhookSecret } from './webhook-intake.ts';

export interface WatchedOutside extends WebhookOptions {
  /** From now on these are the connections and the projects. */
  follow(configuration: Configuration): void;
}

export function createWatchedOutside(given: {
  configuration: Configuration;
  environment: Readonly<Record<string, string | undefined>>;
  log: Log;
}): WatchedOutside {
  const { configuration, environment, log } = given;
  const said = new Set<string>();
  let secrets: WebhookSecret[] = [];
  let watched: ReadonlySet<string> = new Set();

  const follow = (next: Configuration): void => {
    watched = new Set(Object.values(next.projects).flatMap(namesOf));
    secrets = [];
    for (const [connection, one] of resolveConnections(next, environment)) {
      const { kind: source, webhookSecret: secret, webhookProblem: problem } = one;
      if (secret !== undefined) secrets.push({ connection, source, secret });
      if (problem === undefined || said.has(problem)) continue;
      said.add(problem);
      log.warn({ connection }, `its webhooks are not taken in: ${problem}`);
    }
  };

  follow(configuration);
  return {
    follow,
    secrets: () => secrets,
    isOurs: (hint) => [...watched].some((name) => isAbout(hintName(hint), name)),
    maxBytes: configuration.settings.webhookBytes,
  };
}

/** As the reconciler calls them. */
function namesOf({ tracker, forge }: ProjectSettings): string[] {
  const names: string[] = [];
  if (tracker.kind === 'github') names.push(`github:${tracker.repository}`);
  if (tracker.kind === 'plane') names.push(`plane:${tracker.project}`);
  if (forge.kind === 'github') names.push(`github:${forge.repository}`);
  return names;
}
