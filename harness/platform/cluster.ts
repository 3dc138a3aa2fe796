import { IMAGE } from './image.ts';
import type { Kit, PackageFile } from './platform.ts';
import { quoted, script } from './shell.ts';

/** Parts of a course that are graded at the same time. */
const PARTS = 8;

/**
 * How the image grades on a cluster, below `cluster/`: workers of a queue and a job in parts for Kubernetes, and an array
 * for Slurm. What is wrong with them shows in the tests, which run the very commands as a pod would.
 */
export function clusterFiles(kit: Kit): readonly PackageFile[] {
  return [
    { path: 'cluster/kubernetes-workers.yaml', content: workers() },
    { path: 'cluster/kubernetes-job.yaml', content: job(kit) },
    { path: 'cluster/slurm.sh', content: slurm(kit), executable: true },
  ];
}

/** What a pod needs for isolation `full`: rights in a user namespace of its own, and none outside of it. */
const POD = ['hostUsers: false', 'automountServiceAccountToken: false', 'enableServiceLinks: false'];
const CONTAINER = [
  'securityContext:',
  '  # They hold within the user namespace of the pod only (hostUsers: false). With SYS_PTRACE the grader sees which',
  '  # sockets a program has.',
  '  capabilities: { add: [SYS_ADMIN, NET_ADMIN, SYS_PTRACE] }',
  '  procMount: Unmasked',
  '  seccompProfile: { type: Unconfined }',
  '  appArmorProfile: { type: Unconfined }',
];

function workers(): string {
  return script(
    '# Workers of a queue: kubectl apply -f kubernetes-workers.yaml, and for more of them',
    '#   kubectl scale deployment socket-grader-worker --replicas=20',
    '# Needs Kubernetes 1.33 or newer (user namespaces), and a Redis at the address below. Full isolation is checked at the',
    '# start: a worker that cannot have it ends, and says why (kubectl logs deployment/socket-grader-worker).',
    'apiVersion: v1',
    'kind: Secret',
    'metadata: { name: socket-grader-queue }',
    'stringData: { password: CHANGE-ME }',
    '---',
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata: { name: socket-grader-worker }',
    'spec:',
    '  replicas: 4',
    '  selector: { matchLabels: { app: socket-grader-worker } }',
    '  template:',
    '    metadata:',
    '      labels: { app: socket-grader-worker }',
    '      annotations: { prometheus.io/scrape: "true", prometheus.io/port: "9464" }',
    '    spec:',
    ...indented(6, POD),
    '      # What a worker is grading when it is to end is given back to the others.',
    '      terminationGracePeriodSeconds: 30',
    '      containers:',
    '        - name: worker',
    `          image: ${IMAGE}`,
    '          command: [socket-grader, worker, --queue=$(QUEUE), --jobs=2, "--metrics=0.0.0.0:9464"]',
    '          env:',
    '            - { name: QUEUE, value: "redis://redis:6379" }',
    '            - name: SOCKET_GRADER_QUEUE_PASSWORD',
    '              valueFrom: { secretKeyRef: { name: socket-grader-queue, key: password } }',
    '          ports: [{ name: metrics, containerPort: 9464 }]',
    '          resources: { requests: { cpu: "2", memory: 1Gi }, limits: { cpu: "2", memory: 4Gi } }',
    ...indented(10, CONTAINER),
    '          volumeMounts: [{ name: temporary, mountPath: /tmp }]',
    '      volumes: [{ name: temporary, emptyDir: {} }]',
  );
}

function job({ entry, slug }: Kit): string {
  return script(
    `# A course in ${PARTS} parts, without a queue: the volume has submissions.zip, and gets part-0 and so on.`,
    '#   kubectl apply -f kubernetes-job.yaml && kubectl wait --for=condition=complete job --all --timeout=2h',
    '#   socket-grader merge part-* --out course     (where the volume is mounted)',
    '# A part that was ended goes on when its pod is started again.',
    'apiVersion: batch/v1',
    'kind: Job',
    `metadata: { name: grade-${slug} }`,
    'spec:',
    '  completionMode: Indexed',
    `  completions: ${PARTS}`,
    '  parallelism: 4',
    '  backoffLimitPerIndex: 3',
    '  template:',
    '    spec:',
    ...indented(6, POD),
    '      restartPolicy: Never',
    '      containers:',
    '        - name: grade',
    `          image: ${IMAGE}`,
    '          command: [sh, -c]',
    '          args:',
    '            - >-',
    `              socket-grader batch /data/submissions.zip --spec ${quoted(`/assignment/${entry}`)}`,
    `              --shard "$((JOB_COMPLETION_INDEX + 1))/${PARTS}" --out "/data/part-$JOB_COMPLETION_INDEX" || [ $? = 3 ]`,
    '          resources: { requests: { cpu: "2", memory: 1Gi }, limits: { cpu: "2", memory: 4Gi } }',
    ...indented(10, CONTAINER),
    '          volumeMounts:',
    '            - { name: data, mountPath: /data }',
    '            - { name: temporary, mountPath: /tmp }',
    '      volumes:',
    `        - { name: data, persistentVolumeClaim: { claimName: ${slug} } }`,
    '        - { name: temporary, emptyDir: {} }',
  );
}

function slurm({ entry }: Kit): string {
  return script(
    '#!/bin/sh',
    `#SBATCH --array=1-${PARTS}`,
    '#SBATCH --cpus-per-task=4',
    '#SBATCH --time=01:00:00',
    '#SBATCH --requeue',
    '# Grades a course in parts: sbatch slurm.sh submissions.zip, in the folder that has assignment/. A part that the time',
    '# limit has cut off goes on when it is submitted again. Afterwards: socket-grader merge part-* --out course',
    '# Many more parts than machines even out how long they take: raise the last number of --array, and give the same here.',
    `parts=${PARTS}`,
    'submissions=${1:-submissions.zip}',
    `socket-grader batch "$submissions" --spec ${quoted(`assignment/${entry}`)} --jobs "\${SLURM_CPUS_PER_TASK:-4}" \\`,
    '  --shard "$SLURM_ARRAY_TASK_ID/$parts" --out "part-$SLURM_ARRAY_TASK_ID" || [ $? = 3 ]',
  );
}

function indented(by: number, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${' '.repeat(by)}${line}`);
}
