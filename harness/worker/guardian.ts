import os from 'node:os';
import { isKnown, NUMBERS } from '../sandbox/system-calls.ts';

/** The guardian's descriptor that whoever started it holds the other end of: when that is closed, all is ended. */
export const CONTROL = 4;

/** PR_SET_PDEATHSIG and PR_SET_CHILD_SUBREAPER of prctl(2). */
const PARENT_DEATH_SIGNAL = 1;
const CHILD_SUBREAPER = 36;

/**
 * Stands between the grader and a worker where no namespace takes the programs along: whatever they leave behind becomes
 * its child, daemons that wipe their environment too, so that it can end all of it, be it that the worker is done, or
 * that grader and worker were killed. The folder of the worker goes with it. Of a user that is for one submission alone
 * (level uid) it ends all processes, before and after, and removes what that user left where everybody may write.
 */
const SCRIPT = `
my ($prctl, $uid, $temporary) = splice(@ARGV, 0, 3);
syscall($prctl, ${CHILD_SUBREAPER}, 1, 0, 0, 0);
sub children {
  my @found;
  opendir(my $all, '/proc') or return;
  for my $pid (grep { /^[0-9]+$/ } readdir($all)) {
    open(my $stat, '<', "/proc/$pid/stat") or next;
    push @found, $pid if <$stat> =~ /.*\\) . ([0-9]+)/ && $1 == $$;
  }
  return @found;
}
# All that is left, and what those leave in turn, until none is left.
sub end_all {
  end_user() if $uid;
  for (1..500) {
    my @left = children();
    kill('KILL', @left) if @left;
    while (waitpid(-1, 1) > 0) {}
    last if waitpid(-1, 1) == -1;
    select(undef, undef, undef, 0.002 * ($_ > 20 ? 5 : 1));
  }
}
# Does something as the user that programs run as: what root may do depends on the container.
sub as_user {
  my ($work) = @_;
  my $child = fork() // return;
  if (!$child) {
    $( = $uid; $) = "$uid $uid"; $< = $> = $uid;
    $work->() if $< == $uid && $> == $uid && $uid > 0;
    exit 0;
  }
  waitpid($child, 0);
}
sub end_user { as_user(sub { kill('KILL', -1) }) }
sub sweep {
  return if !$uid;
  for my $folder ('/tmp', '/var/tmp', '/dev/shm', '/dev/mqueue', '/run/lock', $temporary) {
    opendir(my $all, $folder) or next;
    for (grep { $_ ne '.' && $_ ne '..' } readdir($all)) {
      my $owner = (lstat("$folder/$_"))[4];
      system('rm', '-rf', '--', "$folder/$_") if defined $owner && $owner == $uid;
    }
  }
  as_user(\\&remove_objects);
}
sub remove_objects {
  my %remove = (
    shm => [7, sub { shmctl($_[0], 0, 0) }],
    sem => [4, sub { semctl($_[0], 0, 0, 0) }],
    msg => [7, sub { msgctl($_[0], 0, 0) }],
  );
  for my $kind (keys %remove) {
    my ($column, $remove) = @{$remove{$kind}};
    open(my $list, '<', "/proc/sysvipc/$kind") or next;
    while (<$list>) {
      my @words = split;
      $remove->($words[1]) if ($words[$column] // '') eq $uid;
    }
  }
}
end_user() if $uid;
sweep();
open(my $control, '<&=', ${CONTROL}) or exit 125;
my $worker = fork() // exit 125;
if (!$worker) {
  syscall($prctl, ${PARENT_DEATH_SIGNAL}, 9, 0, 0, 0);
  close($control);
  exec { $ARGV[0] } @ARGV or exit 125;
}
# The worker's own pipe is not ours.
open(my $pipe, '<&=', 3) and close($pipe);
my $status;
$SIG{CHLD} = sub { while ((my $gone = waitpid(-1, 1)) > 0) { $status = $? if $gone == $worker } };
while (!defined $status) {
  my $ready = '';
  vec($ready, ${CONTROL}, 1) = 1;
  my $found = select($ready, undef, undef, 1);
  next if $found <= 0;
  last if !sysread($control, my $word, 16);
}
$SIG{CHLD} = 'DEFAULT';
end_all();
sweep();
# The worker removes its folder itself, unless it was killed.
for (glob("\\Q$temporary\\E/socket-grader-$worker-*")) {
  system('chmod', '-R', 'u+rwX', '--', $_) if $>;
  system('rm', '-rf', '--', $_);
}
$status //= 9;
kill($status & 127, $$) if $status & 127;
exit($status >> 8);
`;

/** The command that guards a worker, whose own command follows; undefined where there can be none. */
export function guardian(uid?: number): string[] | undefined {
  if (process.platform !== 'linux' || !isKnown(process.arch)) return undefined;
  return ['perl', '-e', SCRIPT, '--', String(NUMBERS[process.arch].prctl), String(uid ?? 0), os.tmpdir()];
}
