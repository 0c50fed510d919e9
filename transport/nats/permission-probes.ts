// Asks the server whether this login may use each subject a host needs, without any effect:
// nothing is stored, delivered or acknowledged by a probe.
import { headers, type NatsConnection, PermissionViolationError } from 'nats';
import {
  AUDIT_STREAM,
  DELIVERIES_STREAM,
  EVENTS_STREAM,
  PRESENCE_BUCKET,
} from './topology-settings.ts';

interface Probe {
  subject: string;
  payload?: string;
  /** Names a stream that does not exist, so that the server refuses to store the message. */
  isStored?: boolean;
}

const PROBE_LIMIT_MS = 2_000;
/** No host serves this partition, because it is not a number. */
const ASK_SUBJECT = 'onceward.ask.doctor';
/** Refused as malformed by whoever gets it. */
const BROKEN_JSON = '{';
const WRITTEN = ['items', 'runs', 'accounts', 'merges', 'deployments', 'projects', 'archive'].map(
  (name) => `onceward-${name}`,
);
/** What is read from its beginning when partitions are taken over, and by the page. */
const SCANNED = [
  ...[EVENTS_STREAM, 'KV_onceward-items', 'KV_onceward-runs'],
  ...['KV_onceward-accounts', 'KV_onceward-merges', 'KV_onceward-deployments'],
  ...[
    DELIVERIES_STREAM,
    AUDIT_STREAM,
    'KV_onceward-projects',
    'KV_onceward-archive',
    `KV_${PRESENCE_BUCKET}`,
  ],
];

const PROBES: readonly Probe[] = [
  { subject: '$JS.API.INFO' },
  { subject: '_INBOX.doctor' },
  { subject: 'onceward.job.doctor.doctor', isStored: true },
  { subject: 'onceward.audit.0', isStored: true },
  { subject: 'onceward.delivery.doctor.doctor', isStored: true },
  { subject: `$KV.${PRESENCE_BUCKET}.host.doctor`, isStored: true },
  { subject: `$JS.API.DIRECT.GET.KV_${PRESENCE_BUCKET}`, payload: BROKEN_JSON },
  ...WRITTEN.flatMap((bucket) => [
    { subject: `$KV.${bucket}.doctor`, isStored: true },
    { subject: `$JS.API.STREAM.MSG.GET.KV_${bucket}`, payload: BROKEN_JSON },
  ]),
  ...SCANNED.map((stream) => ({
    subject: `$JS.API.CONSUMER.CREATE.${stream}`,
    payload: BROKEN_JSON,
  })),
  { subject: `$JS.API.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.mailbox-0`, payload: BROKEN_JSON },
];

/**
 * The subjects this login may not use, each with what is forbidden (`publish x`, `subscription x`);
 * empty when all is well. Opens a subscription for the time of the call.
 */
export async function forbiddenSubjects(nc: NatsConnection): Promise<string[]> {
  const forbidden = new Set<string>();
  void collectViolations(nc, forbidden);
  const subscription = nc.subscribe(ASK_SUBJECT, { callback: () => {} });
  await Promise.all(PROBES.map((probe) => request(nc, probe)));
  // "Still at work" on a message nobody was given: may be published, and means nothing.
  nc.publish(`$JS.ACK.${EVENTS_STREAM}.mailbox-0.0.0.0.0.0`, '+WPI');
  // Violations come back on the same connection, ahead of the answer to this.
  await nc.flush();
  subscription.unsubscribe();
  return [...forbidden].sort();
}

async function collectViolations(nc: NatsConnection, found: Set<string>): Promise<void> {
  for await (const status of nc.status()) {
    if (status.type === 'error' && status.error instanceof PermissionViolationError) {
      found.add(`${status.error.operation} ${status.error.subject}`);
    }
  }
}

/** How it ends says nothing here: a missing stream is reported elsewhere, a violation by status. */
async function request(nc: NatsConnection, probe: Probe): Promise<void> {
  const probeHeaders = headers();
  if (probe.isStored) probeHeaders.set('Nats-Expected-Stream', 'onceward-doctor');
  const options = { timeout: PROBE_LIMIT_MS, headers: probeHeaders };
  await nc.request(probe.subject, probe.payload ?? '', options).catch(() => {});
}
