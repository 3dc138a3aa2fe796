import { createServer, type Server } from 'node:http';
import { UserError } from '../base/user-error.ts';
import { version } from '../base/version.ts';
import { libraries } from './load.ts';
import type { ServeEvent } from './serve-options.ts';

/** Upper bounds of the histogram of times, in seconds. */
const BUCKETS = [0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300];

/** What a worker does, for Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export class WorkerMetrics {
  readonly #registry = new (libraries().Registry)();
  readonly #submissions;
  readonly #running;
  readonly #seconds;
  readonly #connected;
  #server: Server | undefined;

  constructor(level: string) {
    const { Counter, Gauge, Histogram } = libraries();
    const registers = [this.#registry];
    this.#submissions = new Counter({
      name: 'socket_grader_submissions_total',
      help: 'Submissions that this worker has taken, by what came of them.',
      labelNames: ['outcome'],
      registers,
    });
    this.#running = new Gauge({
      name: 'socket_grader_running',
      help: 'Submissions that are being graded.',
      registers,
    });
    this.#seconds = new Histogram({
      name: 'socket_grader_submission_seconds',
      help: 'How long a submission took, from taking it to handing over its result.',
      buckets: BUCKETS,
      registers,
    });
    this.#connected = new Gauge({
      name: 'socket_grader_queue_connected',
      help: '1 while Redis can be reached.',
      registers,
    });
    new Gauge({
      name: 'socket_grader_info',
      help: 'Version and isolation of this worker.',
      labelNames: ['version', 'isolation'],
      registers,
    }).set({ version: version(), isolation: level }, 1);
    for (const outcome of ['graded', 'inconclusive', 'failed', 'given back'])
      this.#submissions.inc({ outcome: outcome.replace(' ', '_') }, 0);
    this.#connected.set(1);
  }

  /** To be called for all that happens. */
  take(event: ServeEvent): void {
    if (event.type === 'began') this.#running.set(event.running);
    if (event.type !== 'ended') return;
    this.#running.set(event.running);
    this.#submissions.inc({ outcome: event.outcome.replace(' ', '_') });
    if (event.outcome === 'graded' || event.outcome === 'inconclusive') this.#seconds.observe(event.seconds);
  }

  connected(is: boolean): void {
    this.#connected.set(is ? 1 : 0);
  }

  /** Answers at /metrics; port 0 takes any that is free. Returns where. */
  async listen(host: string, port: number): Promise<string> {
    const server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
        response.writeHead(404).end('See /metrics\n');
        return;
      }
      void this.#registry.metrics().then((text) => {
        response.writeHead(200, { 'content-type': this.#registry.contentType }).end(text);
      });
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) =>
        reject(
          new UserError({
            where: '--metrics',
            what: `nothing can be served at ${host}:${port}: ${error.message}`,
            fix: 'Choose another port.',
          }),
        ),
      );
      server.listen(port, host, resolve);
    });
    const {
      address,
      port: taken,
      family,
    } = server.address() as {
      readonly address: string;
      readonly port: number;
      readonly family: string;
    };
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/metrics`;
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}
