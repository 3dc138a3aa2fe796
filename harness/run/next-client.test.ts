import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

/** The end of a child interrupts accept(), and that ends the server. */
const FORKS = `use IO::Socket::INET;
$SIG{CHLD} = sub { wait };
my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 5, ReuseAddr => 1);
while (my $c = $s->accept) {
  if (fork == 0) { while (sysread($c, my $b, 4096)) { syswrite($c, $b); } exit 0; }
  close $c;
}
print "accept failed: $!\\n";
`;
const ONE = (name: string) =>
  `      - connect: ${name}\n      - send: hello\n      - expect: { on: ${name}, equals: hello }\n      - close: ${name}\n`;

test('the next client meets what the end of the last one did to the program', async () => {
  const spec = specOf('server: {}', { next: `    steps:\n      - start: server\n${ONE('a')}${ONE('b')}` });
  for (let time = 1; time <= 5; time++) {
    const report = await gradeInline({ 'server.pl': FORKS }, spec, { run: 'perl server.pl {port}' });
    expect(verdictOf(report, 'next')).toMatchObject({
      status: 'fail',
      findings: [
        { cause: 'refused', hint: expect.stringContaining('Accept again when accept() fails with EINTR') },
      ],
    });
  }
});
