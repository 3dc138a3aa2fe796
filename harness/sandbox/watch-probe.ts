/** What a probe calls itself once it has tried everything; see PR_SET_NAME of prctl(2). */
export const DONE = 'grader-probe';
/** How long a probe that has tried everything waits to be looked at, and the one that looks waits for it, in seconds. */
export const LOOKED_AT = 10;

/** What verdicts are made from and another user's processes keep to themselves: in /proc/PID, see proc(5). */
const EVIDENCE = ['syscall', 'fd', 'fdinfo/0', 'environ', 'mem'];

/**
 * Starts a probe as a grader would start a program and looks at it as a grader would: what it is not allowed to see it
 * prints on the probe's output, after what the probe has to say. EPERM and EACCES are what counts: a kernel that lacks
 * a file lacks it for all programs. With a user the grader acts as that one, as it does while programs of that user run.
 */
const WATCH = `
my ($output, $uid) = splice(@ARGV, 0, 2);
my $child = fork() // exit 125;
if (!$child) { exec { $ARGV[0] } @ARGV or exit 125 }
if ($uid) { $) = "$uid $uid"; $> = $uid }
sub denied { my ($seen) = @_; return !defined $seen && ($! == 1 || $! == 13) }
sub unseen {
  my ($folder) = @_;
  return grep {
    my ($file, $text);
    $_ eq 'fd' ? denied(scalar readlink("$folder/fd/0"))
      : denied(scalar(open($file, '<', "$folder/$_") ? sysread($file, $text, 1) : undef));
  } @EVIDENCE;
}
sub probe {
  opendir(my $all, '/proc') or return;
  for my $pid (grep { /^[0-9]+$/ } readdir($all)) {
    open(my $name, '<', "/proc/$pid/comm") or next;
    next if (<$name> // '') ne "$NAME\\n";
    return $pid if descends($pid);
  }
  return;
}
sub descends {
  my ($pid) = @_;
  for (1..50) {
    open(my $stat, '<', "/proc/$pid/stat") or return 0;
    $pid = <$stat> =~ /.*\\) . ([0-9]+)/ ? $1 : 0;
    return $pid == $$ if $pid <= 1 || $pid == $$;
  }
  return 0;
}
my ($pid, $status);
for (1..$TURNS) {
  last if waitpid($child, 1) > 0;
  $pid = probe();
  last if $pid;
  select(undef, undef, undef, 0.002);
}
open(my $say, '>&=', $output) or exit 125;
syswrite($say, 'unseen ' . join(' ', $pid ? unseen("/proc/$pid") : 'processes') . "\\n");
exit 0 if $pid && !kill('KILL', $pid);
waitpid($child, 0);
`;

/** The command that starts a probe, whose own command follows, and looks at it; `output` is the probe's descriptor for its words. */
export function watched(output: number, uid?: number): string[] {
  const script = WATCH.replace('@EVIDENCE', `qw(${EVIDENCE.join(' ')})`)
    .replace('$NAME', DONE)
    .replace('$TURNS', String(LOOKED_AT * 500));
  return ['perl', '-e', script, '--', String(output), String(uid ?? 0)];
}
