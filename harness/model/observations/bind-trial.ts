import { defineObservation } from './definition.ts';

/** Whether the grader could bind() a port with SO_REUSEADDR. */
export interface BindTrial {
  readonly what: 'bind_trial';
  readonly port: number;
  readonly works: boolean;
  readonly detail?: string;
}

export const bindTrial = defineObservation<BindTrial>({
  what: 'bind_trial',
  describe: ({ port, works }) => `port ${port} with SO_REUSEADDR: bind ${works ? 'works' : 'fails'}`,
});
