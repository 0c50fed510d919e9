// Trackers and forges in one word, as the command line takes and shows them: `github:acme/shop@main`.
// It must never check what they name; the configuration's own checks do.

import { OncewardError } from '../../transport/errors.ts';
import type { ForgeSettings } from '../config/forge-settings.ts';
import { shown } from '../config/issue-findings.ts';
import type { TrackerSettings } from '../config/tracker-settings.ts';
import type { WrittenSettings } from './project-record.ts';

export const TRACKER_FORM =
  'github:owner/name@connection, plane:project-id@connection, folder or folder:path';
export const FORGE_FORM = 'github:owner/name@connection or git';

/** @throws USAGE */
export function parseTracker(text: string, label: string | undefined): WrittenSettings {
  const { kind, place, connection } = partsOf(text);
  if (kind === 'folder' && connection === null) {
    if (label === undefined) return place === null ? { kind } : { kind, path: place };
    throw new OncewardError('USAGE', '--label is for trackers that have labels, not for a folder');
  }
  const labelled = label === undefined ? {} : { label };
  const named = connection !== null && place !== null;
  if (kind === 'github' && named) return { kind, connection, repository: place, ...labelled };
  if (kind === 'plane' && named) return { kind, connection, project: place, ...labelled };
  throw new OncewardError('USAGE', `${shown(text)}: expected ${TRACKER_FORM}`);
}

/** @throws USAGE */
export function parseForge(text: string): WrittenSettings {
  const { kind, place, connection } = partsOf(text);
  if (text === 'git') return { kind };
  if (kind === 'github' && place !== null && connection !== null) {
    return { kind, connection, repository: place };
  }
  throw new OncewardError('USAGE', `${shown(text)}: expected ${FORGE_FORM}`);
}

export function trackerWord(tracker: TrackerSettings): string {
  switch (tracker.kind) {
    case 'github':
      return `github:${tracker.repository}@${tracker.connection}`;
    case 'plane':
      return `plane:${tracker.project}@${tracker.connection}`;
    default:
      return tracker.path === undefined ? 'folder' : `folder:${tracker.path}`;
  }
}

export function forgeWord(forge: ForgeSettings): string {
  return forge.kind === 'git' ? 'git' : `github:${forge.repository}@${forge.connection}`;
}

// A folder may have an @ in its path; it has no connection.
function partsOf(text: string) {
  const [kind = '', ...rest] = text.split(':');
  const place = rest.join(':');
  const at = kind === 'folder' ? -1 : place.lastIndexOf('@');
  const named = at < 0 ? place : place.slice(0, at);
  return {
    kind,
    place: named === '' ? null : named,
    connection: at < 0 ? null : place.slice(at + 1) || null,
  };
}
