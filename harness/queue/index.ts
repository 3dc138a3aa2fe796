export { readAddress } from './address.ts';
export { type Connection, connect } from './connect.ts';
export { describeWait } from './describe-wait.ts';
export { nameOfBatch, QueueExecutor } from './executor.ts';
export { WorkerMetrics } from './metrics.ts';
export { type ServeEvent, serve } from './serve.ts';
export { type QueueStatus, queueStatus, removeFromQueue } from './status.ts';
export { gradeOnQueue } from './submit.ts';
