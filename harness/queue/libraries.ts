/** The packages that only a queue needs: a bundle of their own, see load.ts. */
export { createRedisBackend, Queue, RedisQueueBackend, Worker } from 'bullmq';
export { Redis } from 'ioredis';
export { Counter, Gauge, Histogram, Registry } from 'prom-client';
