// What the routes share. Types only.
import type { Inspector } from '../../transport/nats/inspector.ts';
import type { Clock } from '../../transport/ports.ts';
import type { RangeSource } from '../queries/audit-range.ts';
import type { EventStreams } from './event-streams.ts';
import type { SharedReadings } from './shared-readings.ts';
import type { Visitors } from './visitors.ts';
import type { WebOptions } from './web-options.ts';

export interface Served extends Pick<WebOptions, 'operator' | 'stateDirectory' | 'log'> {
  /** Remembers what was read of the audit, and lets a host in the same thread have its turn. */
  session: Inspector & Pick<RangeSource, 'auditMemory' | 'pause'>;
  clock: Clock;
  /** For what costs this process time. */
  readings: SharedReadings;
  visitors: Visitors;
  streams: EventStreams;
}
