/**
 * One serving process: the socket, the assembly behind it, and their common end. It must not know whether it is alone
 * or one of several workers.
 */
import { type Clock, systemClock } from '../../base/clock.ts';
import type { Handler } from '../../http/app.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { type Assembly, assemble } from '../create-doorward.ts';
import type { Log } from '../logs/log.ts';
import { type Listener, listen } from './listener.ts';
import { checkPagesBeside } from './page-check.ts';
import { clearAway, letYoungHeapGrow } from './young-heap.ts';

/** A process that serves. */
export interface Serving {
  readonly assembly: Assembly;
  /** The port that is really listened on. */
  readonly port: number;
  /** The port of the metrics, when they have one. */
  readonly metricsPort: number | undefined;
  /** Refuses new connections, finishes what was accepted, lets guards go and closes the store. */
  stop(): Promise<void>;
}

/** What a serving process is given. */
export interface ServingOptions {
  readonly log: Log;
  readonly clock?: Clock;
  /** Reads through the database first, if it is no large file: those are read through beside what begins. */
  readonly integrityCheck: boolean;
  /** Added to the port of the metrics: each worker has one of its own. */
  readonly metricsOffset?: number;
}

/** Milliseconds that requests under way may still take at a stop. */
const patience = 10_000;
/** Milliseconds after which a start has settled. */
const settled = 1000;
/** Milliseconds in which connections that are kept alive hear of the stop with an answer. */
const grace = 100;

/**
 * Listens, then opens the database: a port that is taken is found before anything is touched. Rejects with the system's
 * error when it cannot listen, and with what `assemble` throws.
 */
export async function startServing(values: Configuration, options: ServingOptions): Promise<Serving> {
  const { log, clock = systemClock, metricsOffset = 0 } = options;
  const ready = Promise.withResolvers<Handler>();
  // Whoever comes before the database is open waits for it.
  let handler: Handler = async (request, connection) => (await ready.promise)(request, connection);
  const front = await listen((request, connection) => handler(request, connection), {
    host: values.host,
    port: values.port,
  });
  try {
    const { observe, report } = log;
    const { integrityCheck } = options;
    const checks = { integrityCheck, pageCheck: checkPagesBeside() };
    const assembly = await assemble(values, { clock, observe, report, port: front.port, ...checks });
    const metrics = await listenForMetrics(values, assembly, metricsOffset);
    letYoungHeapGrow();
    const cancelClearing = systemClock.after(settled, clearAway);
    handler = assembly.handler;
    ready.resolve(handler);
    return {
      assembly,
      port: front.port,
      metricsPort: metrics?.port,
      stop: async () => {
        cancelClearing();
        const fronts = [front.stop(patience, grace), metrics?.stop(0) ?? Promise.resolve()];
        assembly.feed.close();
        await Promise.all(fronts);
        await assembly.close();
      },
    };
  } catch (thrown) {
    void front.stop(0);
    throw thrown;
  }
}

/** Metrics have a listener of their own on this machine alone, which answers nothing else. */
async function listenForMetrics(
  { metricsPort }: Configuration,
  assembly: Assembly,
  offset: number,
): Promise<Listener | undefined> {
  if (metricsPort === undefined) return undefined;
  const port = metricsPort === 0 ? 0 : metricsPort + offset;
  try {
    return await listen((request) => answerMetrics(request, assembly), {
      host: '127.0.0.1',
      port,
      exclusive: true,
    });
  } catch (thrown) {
    await assembly.close();
    throw thrown;
  }
}

async function answerMetrics(request: Request, { parts }: Assembly): Promise<Response> {
  if (request.method !== 'GET' || new URL(request.url).pathname !== '/metrics')
    return new Response(null, { status: 404 });
  return new Response(await parts.metrics(), { headers: { 'content-type': metricsMediaType } });
}

const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8';
