export { readAddress } from './address.ts';
export { nameOfBatch } from './batch-name.ts';
export { type Connection, connect } from './connect.ts';
export { describeWait } from './describe-wait.ts';
export { QueueExecutor } from './executor.ts';
export { WorkerMetrics } from './metrics.ts';
export { type ServeEvent, serve } from './serve.ts';
export { type QueueStatus, queueStatus, removeFromQueue } from './status.ts';
export { gradeOnQueue } from './submit.ts';
