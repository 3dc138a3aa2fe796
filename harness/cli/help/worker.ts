export const WORKER = `Usage: socket-grader worker --queue URL [options]

Grades what batch and submit have put into a queue, on as many machines as you
start it on. It takes one submission of each batch in turn; those from submit go
first. Ctrl-C once lets running jobs finish; twice, or SIGTERM, gives them back
to other workers.

  --queue URL        the Redis of the queue:
                     redis://[USER:PASSWORD@]HOST[:PORT][/DB], the same with
                     rediss:// for TLS, or unix://[USER:PASSWORD@]/PATH[?db=N]
  --store DIR        a folder that all machines share, for what is too large for
                     Redis; the batch must be given it as well
  --jobs N|auto      submissions at a time; auto, the default: as many as fill
                     the machine, and 1 when they are not isolated
  --isolation require|auto|none
                     require: programs cannot reach the network, Redis and each
                     other, or the worker refuses to start (the default); auto:
                     as well as this machine can; none: not at all. A batch that
                     asks for more leaves this worker out
  --expose DIR       a folder that isolated programs may read (repeatable)
  --metrics [HOST:]PORT
                     figures for Prometheus at /metrics (HOST: 127.0.0.1)
  --quiet            print nothing but errors

SOCKET_GRADER_QUEUE_PASSWORD in the environment is the password, where the URL
has none.

Exit status: 0 it was stopped; 2 wrong usage, no Redis that can be used, or no
isolation; 4 the grader itself failed. More in docs/QUEUE.md.
`;
