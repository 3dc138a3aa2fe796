/** A server that others wrote, how to run it, and what it deserves by socket-basics. */
export interface RealServer {
  readonly name: string;
  /** The Debian package that it comes in. */
  readonly debian: string;
  /** Where Debian puts the program; the server is left out where that file is not. */
  readonly program: string;
  /** How it is started, in a folder with nothing in it but `files`. */
  readonly run: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  /** It takes a port that only root may bind. */
  readonly asRoot?: boolean;
  /** Why it passes what it passes. */
  readonly passes: string;
  /** The scenarios that it must fail, with the reason; it must pass all others. */
  readonly fails?: Readonly<Partial<Record<Basic, string>>>;
}

/** The scenarios of socket-basics. */
export const BASICS = [
  'listens',
  'reuse-address',
  'blocking-accept',
  'blocking-recv',
  'buffered-data',
  'send-reply',
] as const;
export type Basic = (typeof BASICS)[number];

const HTTP = { request: 'GET / HTTP/1.0\r\n\r\n' };
const AT_EOF = { half_close: 'true' };
const NO_REUSE = { 'reuse-address': 'without "reuseaddr" socat does not set SO_REUSEADDR' };

/** A server that takes everything and never answers. */
function mute(why: string): Partial<Record<Basic, string>> {
  return { 'blocking-recv': why, 'buffered-data': why, 'send-reply': why };
}

const SOCAT = { debian: 'socat', program: '/usr/bin/socat' };
const NETCAT = { debian: 'netcat-openbsd', program: '/usr/bin/nc.openbsd' };
const NCAT = { debian: 'ncat', program: '/usr/bin/ncat' };
const PYTHON = { debian: 'python3', program: '/usr/bin/python3' };
const BUSYBOX = { debian: 'busybox', program: '/usr/bin/busybox' };
const NGINX = { debian: 'nginx-light', program: '/usr/sbin/nginx' };
const REDIS = { debian: 'redis-server', program: '/usr/bin/redis-server' };
const MEMCACHED = { debian: 'memcached', program: '/usr/bin/memcached' };
const LIGHTTPD = { debian: 'lighttpd', program: '/usr/sbin/lighttpd' };
const INETD = { debian: 'openbsd-inetd', program: '/usr/sbin/inetd' };

/** Starts a server by a configuration file in which PORT and HERE stand for the port and the folder. */
function configured(start: string): string {
  return `sh -c "sed -e s,PORT,{port},g -e s,HERE,$PWD,g template > conf && exec ${start}"`;
}

const NGINX_CONF = (workers: number) => `worker_processes ${workers};
pid HERE/pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path HERE/body;
  proxy_temp_path HERE/proxy;
  fastcgi_temp_path HERE/fastcgi;
  uwsgi_temp_path HERE/uwsgi;
  scgi_temp_path HERE/scgi;
  server { listen 127.0.0.1:PORT; return 200 hello; }
}
`;
const LIGHTTPD_CONF = `server.document-root = "HERE"
server.bind = "127.0.0.1"
server.port = PORT
index-file.names = ("page.html")
`;
const PAGE = { 'page.html': 'hello\n' };

/** All of them. Only socat without `reuseaddr` may fail reuse-address. */
export const REAL_SERVERS: readonly RealServer[] = [
  {
    ...SOCAT,
    name: 'socat, fork and reuseaddr, echo',
    run: 'socat TCP-LISTEN:{port},reuseaddr,fork PIPE',
    passes: 'a child for each client sends back what it gets',
  },
  {
    ...SOCAT,
    name: 'socat, fork, echo by cat',
    run: 'socat TCP-LISTEN:{port},bind=127.0.0.1,fork EXEC:cat',
    passes: 'a child for each client hands it to cat',
    fails: NO_REUSE,
  },
  {
    ...SOCAT,
    name: 'socat, single shot with reuseaddr, echo',
    run: 'socat TCP-LISTEN:{port},reuseaddr PIPE',
    passes: 'no scenario has a second client for the same start',
  },
  {
    ...SOCAT,
    name: 'socat, single shot, echo by cat',
    run: 'socat TCP-LISTEN:{port} EXEC:cat',
    passes: 'no scenario has a second client for the same start',
    fails: NO_REUSE,
  },
  {
    ...SOCAT,
    name: 'socat, IPv6, upper case',
    run: 'socat TCP6-LISTEN:{port},reuseaddr,fork "SYSTEM:tr -u a-z A-Z || stdbuf -o0 tr a-z A-Z"',
    passes: 'it listens on [::] and answers in upper case',
  },
  {
    ...SOCAT,
    name: 'socat, count at end of file',
    run: 'socat TCP-LISTEN:{port},reuseaddr,fork EXEC:"wc -c"',
    params: AT_EOF,
    passes: 'wc answers once the client has said that it is done',
  },
  {
    ...SOCAT,
    name: 'socat, count, and no end of file',
    run: 'socat TCP-LISTEN:{port},reuseaddr,fork EXEC:"wc -c"',
    passes: 'it listens and waits',
    fails: mute('wc answers at the end of file only, which never comes'),
  },
  {
    ...SOCAT,
    name: 'socat, to a file',
    run: 'socat -u TCP-LISTEN:{port},reuseaddr,fork OPEN:log,creat,append',
    passes: 'it reads all that comes',
    fails: mute('it writes to a file and never to the client'),
  },
  {
    ...NETCAT,
    name: 'netcat, single shot, mute',
    run: 'nc.openbsd -l 127.0.0.1 {port}',
    passes: 'it listens, accepts and reads',
    fails: mute('nothing is on its standard input, so it has nothing to say'),
  },
  {
    ...NETCAT,
    name: 'netcat, keep open, mute',
    run: 'nc.openbsd -lk {port}',
    passes: 'it listens, accepts and reads',
    fails: mute('nothing is on its standard input, so it has nothing to say'),
  },
  {
    ...NETCAT,
    name: 'netcat, single shot, echo through a pipe',
    run: 'sh -c "test -p back || mkfifo back; nc.openbsd -l {port} < back | cat > back"',
    passes: 'what it receives goes through cat into its standard input',
  },
  {
    ...NETCAT,
    name: 'netcat, keep open, echo through a pipe',
    run: 'sh -c "test -p back || mkfifo back; nc.openbsd -lk 127.0.0.1 {port} < back | cat > back"',
    passes: 'what it receives goes through cat into its standard input',
  },
  {
    ...NETCAT,
    name: 'netcat, greets and stays mute',
    run: 'sh -c "(echo welcome; cat) | exec nc.openbsd -lk {port}"',
    passes: 'it greets, then reads',
    fails: mute('after its greeting nothing more is on its standard input'),
  },
  {
    ...NCAT,
    name: 'ncat, keep open, cat',
    run: 'ncat -l -k -e /bin/cat 127.0.0.1 {port}',
    passes: 'each client gets a cat',
  },
  {
    ...NCAT,
    name: 'ncat, both families, a shell with cat',
    run: 'ncat -l -k -c cat {port}',
    passes: 'two listening sockets, and each client gets a cat',
  },
  {
    ...NCAT,
    name: 'ncat, single shot, cat',
    run: 'ncat -l -e /bin/cat {port}',
    passes: 'the one client gets a cat',
  },
  {
    ...NCAT,
    name: 'ncat, greets and echoes',
    run: 'ncat -l -k -c "echo welcome; exec cat" {port}',
    passes: 'after its greeting it sends back what it gets',
  },
  {
    ...NCAT,
    name: 'ncat, greets each client in other words and echoes',
    run: 'ncat -l -k -c "date +%N; exec cat" {port}',
    passes: 'after its greeting, which is never the same twice, it sends back what it gets',
  },
  {
    ...NCAT,
    name: 'ncat, must greet, echoes',
    run: 'ncat -l -k -c "echo welcome; exec cat" {port}',
    params: { greets: 'true' },
    passes: 'the greeting comes, and then a reply to the request',
  },
  {
    ...NCAT,
    name: 'ncat, must not greet, greets',
    run: 'ncat -l -k -c "echo welcome; exec cat" {port}',
    params: { greets: 'false', reply: 'hello\n' },
    passes: 'it listens and waits',
    fails: {
      'blocking-recv': 'it speaks before it was spoken to',
      'buffered-data': 'the greeting comes where the reply should',
      'send-reply': 'the greeting comes where the reply should',
    },
  },
  {
    ...NCAT,
    name: 'ncat, single shot, mute',
    run: 'ncat -l {port}',
    passes: 'it listens, accepts and reads',
    fails: mute('nothing is on its standard input, so it has nothing to say'),
  },
  {
    ...NCAT,
    name: 'ncat, chat between clients',
    run: 'ncat -l --chat {port}',
    passes: 'it listens, accepts, reads',
    fails: mute('a chat message goes to the other clients only'),
  },
  {
    ...PYTHON,
    name: 'python3 -m http.server, a request',
    run: '/usr/bin/python3 -m http.server {port}',
    params: HTTP,
    passes: 'it answers a whole HTTP request with a page',
  },
  {
    ...PYTHON,
    name: 'python3 -m http.server, a bad line',
    run: '/usr/bin/python3 -m http.server --bind 127.0.0.1 {port}',
    passes: 'it answers a line that is no HTTP with an error page and closes',
  },
  {
    ...BUSYBOX,
    name: 'busybox httpd, a request',
    run: 'busybox httpd -f -p {port}',
    files: PAGE,
    params: { request: 'GET /page.html HTTP/1.0\r\n\r\n' },
    passes: 'it answers a whole HTTP request with a page',
  },
  {
    ...BUSYBOX,
    name: 'busybox httpd, a bad line',
    run: 'busybox httpd -f -p 127.0.0.1:{port}',
    passes: 'it answers a line that is no HTTP with an error and closes',
  },
  {
    ...BUSYBOX,
    name: 'busybox nc, keep open, cat',
    run: 'busybox nc -ll -p {port} -e /bin/cat',
    passes: 'each client gets a cat',
  },
  {
    ...BUSYBOX,
    name: 'busybox nc, single shot, cat',
    run: 'busybox nc -l -p {port} -e /bin/cat',
    passes: 'it turns into a cat that reads from the one client',
  },
  {
    ...NGINX,
    name: 'nginx, a request',
    run: configured("/usr/sbin/nginx -c $PWD/conf -g 'daemon off;'"),
    files: { template: NGINX_CONF(1) },
    params: HTTP,
    passes: 'a worker waits in epoll and answers',
  },
  {
    ...NGINX,
    name: 'nginx, a bad line, several workers',
    run: configured("/usr/sbin/nginx -c $PWD/conf -g 'daemon off;'"),
    files: { template: NGINX_CONF(3) },
    passes: 'it answers a line that is no HTTP with an error and closes',
  },
  {
    ...NGINX,
    name: 'nginx, one process',
    run: configured("/usr/sbin/nginx -c $PWD/conf -g 'daemon off; master_process off;'"),
    files: { template: NGINX_CONF(1) },
    params: { ...HTTP, greets: 'false' },
    passes: 'it waits in epoll and answers',
  },
  {
    ...REDIS,
    name: 'redis-server, PING',
    run: "redis-server --port {port} --bind 127.0.0.1 --save ''",
    params: { request: 'PING\r\n', reply: '+PONG\r\n' },
    passes: 'it answers exactly; its clock that ticks ten times a second uses next to nothing',
  },
  {
    ...REDIS,
    name: 'redis-server, any line',
    run: "redis-server --port {port} --save '' --io-threads 4",
    passes: 'hello is a command of its own',
  },
  {
    ...MEMCACHED,
    name: 'memcached',
    run: 'memcached -u nobody -l 127.0.0.1 -p {port} -U 0',
    params: { request: 'version\r\n' },
    passes: 'one thread accepts, others receive and answer',
  },
  {
    ...MEMCACHED,
    name: 'memcached, a bad line',
    run: 'memcached -u nobody -p {port} -t 1',
    params: { reply: 'ERROR\r\n' },
    passes: 'it answers exactly, on all addresses',
  },
  {
    ...LIGHTTPD,
    name: 'lighttpd, a request',
    run: configured('/usr/sbin/lighttpd -D -f conf'),
    files: { template: LIGHTTPD_CONF, ...PAGE },
    params: HTTP,
    passes: 'it answers a whole HTTP request with a page',
  },
  {
    ...LIGHTTPD,
    name: 'lighttpd, a line only',
    run: configured('/usr/sbin/lighttpd -D -f conf'),
    files: { template: LIGHTTPD_CONF, ...PAGE },
    passes: 'it listens, accepts and reads',
    fails: mute('it waits for the empty line that ends an HTTP request'),
  },
  {
    ...INETD,
    name: 'inetd, its own echo on port 7',
    run: '/usr/sbin/inetd -i conf',
    files: { conf: '127.0.0.1:echo stream tcp nowait root internal\n' },
    asRoot: true,
    passes: 'a child of inetd sends back what it gets, on a port of its own',
  },
  {
    ...INETD,
    name: 'inetd, echo by cat',
    run: configured('/usr/sbin/inetd -i conf'),
    files: { template: '127.0.0.1:PORT stream tcp nowait USER /bin/cat cat\n' },
    passes: 'inetd starts a cat for each client',
  },
  {
    ...INETD,
    name: 'inetd, discard on port 9',
    run: '/usr/sbin/inetd -i conf',
    files: { conf: '127.0.0.1:discard stream tcp nowait root internal\n' },
    asRoot: true,
    passes: 'it listens, accepts and reads',
    fails: mute('it throws away all that it gets'),
  },
  {
    ...INETD,
    name: 'inetd, daytime on port 13',
    run: '/usr/sbin/inetd -i conf',
    files: { conf: '127.0.0.1:daytime stream tcp nowait root internal\n' },
    asRoot: true,
    passes: 'it listens and accepts; while it is stopped, the client waits',
    fails: mute('it says the time and closes, whatever the client says'),
  },
];
