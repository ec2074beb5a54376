/**
 * Metrics as Prometheus text, by OpenTelemetry. Loaded when somebody first reads them: until then counting is a few
 * numbers in memory. Labels come from our own tables; nothing that a caller sends becomes one (LOG-08).
 */
import cluster from 'node:cluster';
import { ValueType } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  DataPointType,
  type HistogramMetricData,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Ports } from '../../domain/ports.ts';
import type { ReplicaStanding } from '../../domain/store.ts';
import type { RevocationFeed } from '../../domain/tokens/revocation-feed.ts';
import { workerName } from '../serving/worker-name.ts';
import { version } from '../version.ts';
import { type Tallies, type TimeTally, timeBounds } from './tallies.ts';

/** What metrics are made from. */
export interface MetricSources {
  readonly ports: Ports;
  readonly feed: RevocationFeed;
  readonly tallies: Tallies;
}

/** All metrics as Prometheus text. Counters are this process's own; the label `worker` says whose. */
export async function metricsText({ ports, feed, tallies }: MetricSources): Promise<string> {
  const { read } = ports.store;
  const live = await read.sessions.countOpen(ports.clock.now());
  const mails = await read.mails.countWaiting();
  const metrics = [
    ...counters(tallies),
    responseTimes(tallies),
    ...gauges({ ports, feed, tallies }, { live, mails }),
    ...ofReplica(await ports.store.replica?.standing()),
  ];
  // The worker is the only attribute of the resource that becomes a label of every series.
  const serializer = new PrometheusSerializer('doorward', false, /^worker$/, true, true);
  return serializer.serialize({
    resource: resourceOf({ worker: workerName(cluster.worker) ?? '1' }),
    scopeMetrics: [{ scope: { name: 'doorward' }, metrics }],
  });
}

type Resource = ResourceMetrics['resource'];

function resourceOf(attributes: Resource['attributes']): Resource {
  const resource: Resource = { attributes, merge: () => resource, getRawAttributes: () => [] };
  return resource;
}

interface Naming {
  readonly name: string;
  readonly description: string;
}

interface Point {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The unit stands in the name, as Prometheus wants it. */
const descriptor = ({ name, description }: Naming) => ({
  name,
  description,
  unit: '',
  valueType: ValueType.DOUBLE,
});

/** The time of a point is not printed: whoever reads the text knows when. */
const always: [number, number] = [0, 0];

const pointOf = <T>(value: T, attributes: Readonly<Record<string, string>>) => ({
  startTime: always,
  endTime: always,
  attributes,
  value,
});

const counter = (naming: Naming, points: readonly Point[]): MetricData => ({
  descriptor: descriptor(naming),
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
  dataPointType: DataPointType.SUM,
  isMonotonic: true,
  dataPoints: points.map(({ value, attributes = {} }) => pointOf(value, attributes)),
});

const gauge = (naming: Naming, points: readonly Point[] | number): MetricData => ({
  descriptor: descriptor(naming),
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
  dataPointType: DataPointType.GAUGE,
  dataPoints: (typeof points === 'number' ? [{ value: points }] : points).map(
    ({ value, attributes = {} }: Point) => pointOf(value, attributes),
  ),
});

function counters({ counters: counted }: Tallies): MetricData[] {
  const points = (values: ReadonlyMap<string, number>, label: string): Point[] =>
    [...values].map(([name, value]) => ({ attributes: { [label]: name }, value }));
  return [
    counter({ name: 'sign_ins', description: 'Sign-ins by outcome.' }, points(counted.sign_ins, 'outcome')),
    counter(
      {
        name: 'refreshes',
        description: 'Refreshes by outcome: rotated, replayed (within the window), reused, refused.',
      },
      points(counted.refreshes, 'outcome'),
    ),
    counter(
      {
        name: 'mails',
        description:
          'Mails by outcome: posted, limited (not sent), sent, deferred (to be tried again), failed (given up).',
      },
      points(counted.mails, 'outcome'),
    ),
    counter(
      { name: 'expirations', description: 'Rows removed because their time was over, by table.' },
      points(counted.expirations, 'table'),
    ),
  ];
}

function responseTimes({ times }: Tallies): HistogramMetricData {
  return {
    descriptor: descriptor({
      name: 'response_time_seconds',
      description: 'Time from request to response, by route.',
    }),
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: [...times.values()].map(({ labels, buckets, sum, count }: TimeTally) =>
      pointOf({ buckets: { boundaries: [...timeBounds], counts: [...buckets] }, sum, count }, labels),
    ),
  };
}

/** Of a replica, where there is one. How far behind is unknown of one that does not answer. */
const ofReplica = (standing: ReplicaStanding | undefined): MetricData[] =>
  standing
    ? [
        gauge(
          { name: 'replica_lag_seconds', description: 'How far the replica is behind, at least.' },
          standing.lag === undefined ? Number.NaN : standing.lag / 1000,
        ),
        gauge(
          {
            name: 'replica_aside',
            description: '1 while the replica is passed over, and the primary answers.',
          },
          standing.isAside ? 1 : 0,
        ),
        counter(
          { name: 'replica_reads', description: 'Reads that a replica may answer, by who did.' },
          Object.entries(standing.answered).map(([by, value]) => ({ attributes: { by }, value })),
        ),
      ]
    : [];

function gauges(
  { ports, feed, tallies }: MetricSources,
  { live, mails }: { readonly live: number; readonly mails: number },
): MetricData[] {
  const { waiting, running } = ports.passwords.load();
  const { followers, lag } = feed.state();
  const { rss, heapUsed, external } = process.memoryUsage();
  const delay = tallies.loopDelay();
  return [
    gauge({ name: 'hashing_waiting', description: 'Passwords that wait to be hashed.' }, waiting),
    gauge({ name: 'hashing_running', description: 'Passwords that are being hashed.' }, running),
    gauge(
      { name: 'sessions_live', description: 'Sessions neither ended nor past their absolute end.' },
      live,
    ),
    gauge({ name: 'mails_waiting', description: 'Mails that are still to be sent.' }, mails),
    gauge({ name: 'feed_followers', description: 'Guards that follow the revocation feed.' }, followers),
    gauge(
      {
        name: 'feed_lag_seconds',
        description: 'Time that the last revocation took from its commit to the followers.',
      },
      lag / 1000,
    ),
    gauge({ name: 'memory_bytes', description: 'Memory of the process, by kind.' }, [
      { attributes: { kind: 'resident' }, value: rss },
      { attributes: { kind: 'heap' }, value: heapUsed },
      { attributes: { kind: 'external' }, value: external },
    ]),
    gauge(
      {
        name: 'event_loop_delay_seconds',
        description: 'How late the event loop was since the last reading of the metrics.',
      },
      Object.entries(delay).map(([quantile, value]) => ({ attributes: { quantile }, value })),
    ),
    gauge({ name: 'build_info', description: 'The version that runs, on which Node.' }, [
      { attributes: { version, node: process.versions.node }, value: 1 },
    ]),
  ];
}
