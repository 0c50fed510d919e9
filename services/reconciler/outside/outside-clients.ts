// Trackers and forges that are reached through connections. Loaded only where there are any: their libraries take
// a moment. It must never make a second client of one credential: limits are kept by each.
import type { Forge } from '../../../transport/forge/forge.ts';
import { githubForge } from '../../../transport/forge/github-forge.ts';
import { createGitHubClient, type GitHubClient } from '../../../transport/github/client.ts';
import { type PlaneClient, planeClient } from '../../../transport/plane/client.ts';
import type { Clock } from '../../../transport/ports.ts';
import { githubTracker } from '../../../transport/tracker/github-tracker.ts';
import { planeTracker } from '../../../transport/tracker/plane-tracker.ts';
import type { Tracker } from '../../../transport/tracker/tracker.ts';
import type { ForgeSettings } from '../../config/forge-settings.ts';
import type { ResolvedConnection } from '../../config/resolved-connections.ts';
import type { TrackerSettings } from '../../config/tracker-settings.ts';

type Connected<Settings> = Extract<Settings, { connection: string }>;

export interface OutsideClients {
  /** @throws in words, where its connection cannot be used */
  tracker(settings: Connected<TrackerSettings>, connections: Resolved): Tracker;
  /** @throws in words, where its connection cannot be used */
  forge(settings: Connected<ForgeSettings>, connections: Resolved): Forge;
}

type Resolved = ReadonlyMap<string, ResolvedConnection>;

export function createOutsideClients(given: { version: string; clock: Clock }): OutsideClients {
  const githubs = new Map<string, { made: string; client: GitHubClient }>();
  const planes = new Map<string, { made: string; client: PlaneClient }>();

  const github = (name: string, connections: Resolved): GitHubClient => {
    const connection = usable(name, connections);
    if (connection.kind !== 'github') throw new Error(`connection "${name}" is none to GitHub`);
    const { apiUrl, token, app } = connection;
    const credential = app === undefined ? { token: token ?? '' } : { app };
    return kept(githubs, name, connection, () =>
      createGitHubClient({ name, apiUrl, ...given, ...credential }),
    );
  };
  const plane = (name: string, connections: Resolved): PlaneClient => {
    const connection = usable(name, connections);
    if (connection.kind !== 'plane') throw new Error(`connection "${name}" is none to Plane`);
    const { apiUrl, workspace, token = '' } = connection;
    return kept(planes, name, connection, () =>
      planeClient({ apiUrl, workspace, token, clock: given.clock }),
    );
  };

  return {
    tracker(settings, connections) {
      if (settings.kind === 'github') {
        const { connection, repository, label, commanders, closeWhenDone } = settings;
        const client = github(connection, connections);
        return githubTracker({ client, repository, label, commanders, closeWhenDone });
      }
      const { connection, project, label, state, states, commanders } = settings;
      const client = plane(connection, connections);
      return planeTracker({ client, project, label, state, states, commanders });
    },
    forge({ connection, repository }, connections) {
      return githubForge({ client: github(connection, connections), repository });
    },
  };
}

function usable(name: string, connections: Resolved): ResolvedConnection {
  const connection = connections.get(name);
  if (connection === undefined) throw new Error(`there is no connection "${name}"`);
  if (connection.problem === undefined) return connection;
  throw new Error(`connection "${name}": ${connection.problem}`);
}

/** Kept while its connection is the same: it remembers answers, and how often it may ask. */
function kept<Client>(
  clients: Map<string, { made: string; client: Client }>,
  name: string,
  connection: ResolvedConnection,
  make: () => Client,
): Client {
  const made = JSON.stringify(connection);
  const known = clients.get(name);
  if (known?.made === made) return known.client;
  const client = make();
  clients.set(name, { made, client });
  return client;
}
