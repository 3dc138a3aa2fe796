import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { grade } from '../grading/grade.ts';
import { disagreements } from '../testing/fixtures.ts';
import { withSubmission } from '../testing/inline.ts';

const SPEC = fileURLToPath(new URL('../../specs/http.grade.yaml', import.meta.url));
const SCENARIOS = [
  'complete-response',
  'image',
  'not-found',
  'fragmented-request',
  'two-requests',
  'head',
  'malformed',
  'path-traversal',
];

/** Starts a server by a configuration file in which PORT and HERE stand for the port and the folder. */
function configured(start: string): string {
  return `sh -c "sed -e s,PORT,{port},g -e s,HERE,$PWD,g template > conf && exec ${start}"`;
}

const NGINX = `pid HERE/pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path HERE/body;
  proxy_temp_path HERE/proxy;
  fastcgi_temp_path HERE/fastcgi;
  uwsgi_temp_path HERE/uwsgi;
  scgi_temp_path HERE/scgi;
  server { listen 127.0.0.1:PORT; root HERE/www; }
}
`;
const LIGHTTPD = `server.document-root = "HERE/www"
server.bind = "127.0.0.1"
server.port = PORT
`;
/** As root nginx gives its workers to another user, who can't look into the folder of the run. */
const NGINX_USER = process.getuid?.() === 0 ? 'user root; ' : '';

/** Servers that others wrote. Each passes everything, but for what is said under `fails`, with the reason. */
const SERVERS: readonly {
  name: string;
  program: string;
  run: string;
  files?: Record<string, string>;
  params?: Record<string, string>;
  fails?: Record<string, string>;
}[] = [
  {
    name: 'python3 -m http.server',
    program: '/usr/bin/python3',
    run: '/usr/bin/python3 -m http.server -d www {port}',
  },
  {
    name: 'python3 -m http.server, HTTP/1.1 with a thread for each client',
    program: '/usr/bin/python3',
    run: '/usr/bin/python3 -m http.server -d www -p HTTP/1.1 {port}',
  },
  {
    name: 'python3 -m http.server, a client that speaks HTTP/1.0',
    program: '/usr/bin/python3',
    run: '/usr/bin/python3 -m http.server -d www -b 127.0.0.1 {port}',
    params: { version: '1.0' },
  },
  {
    name: 'busybox httpd',
    program: '/usr/bin/busybox',
    run: 'busybox httpd -f -p 127.0.0.1:{port} -h www',
    fails: { head: 'BusyBox 1.35 sends the body in answer to HEAD, too' },
  },
  {
    name: 'nginx',
    program: '/usr/sbin/nginx',
    run: configured(`/usr/sbin/nginx -c $PWD/conf -g '${NGINX_USER}daemon off;'`),
    files: { template: NGINX },
  },
  {
    name: 'nginx, a client that speaks HTTP/1.0',
    program: '/usr/sbin/nginx',
    run: configured(`/usr/sbin/nginx -c $PWD/conf -g '${NGINX_USER}daemon off; master_process off;'`),
    files: { template: NGINX },
    params: { version: '1.0' },
  },
  {
    name: 'lighttpd',
    program: '/usr/sbin/lighttpd',
    run: configured('/usr/sbin/lighttpd -D -f conf'),
    files: { template: LIGHTTPD },
  },
];

for (const { name, program, run, files = {}, params = {}, fails = {} } of SERVERS) {
  const title = existsSync(program) ? name : `${name}: ${program} is not installed`;
  (existsSync(program) ? test : test.skip)(
    title,
    () =>
      withSubmission(files, async (submission) => {
        const report = await grade({ submission, spec: SPEC, run, params });
        const scenarios = Object.fromEntries(SCENARIOS.map((id) => [id, id in fails ? 'fail' : 'pass']));
        expect(disagreements({ scenarios }, report)).toEqual([]);
      }),
    60_000,
  );
}
