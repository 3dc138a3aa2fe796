export { suggest } from '../steps/scope.ts';
export { explain } from './explain-error.ts';

type Command = (args: string[]) => Promise<number>;

/** Each command in a file of its own, loaded only when it is asked for. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).initCommand,
  run: async () => (await import('./run.ts')).runCommand,
  batch: async () => (await import('./batch.ts')).batchCommand,
  worker: async () => (await import('./worker.ts')).workerCommand,
  submit: async () => (await import('./submit.ts')).submitCommand,
  queue: async () => (await import('./queue.ts')).queueCommand,
  desk: async () => (await import('./desk.ts')).deskCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  merge: async () => (await import('./merge.ts')).mergeCommand,
  similar: async () => (await import('./similar.ts')).similarCommand,
  rejudge: async () => (await import('./rejudge.ts')).rejudgeCommand,
  validate: async () => (await import('./validate.ts')).validateCommand,
  fmt: async () => (await import('./fmt.ts')).fmtCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  schema: async () => (await import('./schema.ts')).schemaCommand,
  record: async () => (await import('./record.ts')).recordCommand,
  talk: async () => (await import('./talk.ts')).talkCommand,
  try: async () => (await import('./try.ts')).tryCommand,
  calibrate: async () => (await import('./calibrate.ts')).calibrateCommand,
  package: async () => (await import('./package.ts')).packageCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  completion: async () => (await import('./completion/index.ts')).completionCommand,
};
