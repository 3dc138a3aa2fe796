/**
 * What the helper of a worker does, in Perl: it makes and removes file systems of the folders that programs run in, and
 * counts kernel memory that no process shows. A line in is `ID VERB WORD…`, a line out `ID ANSWER`, where an answer
 * that is no number says what is wrong.
 */
export const HELPER = `
my ($mount, $unmount, $setns) = splice(@ARGV, 0, 3);
$| = 1;
open(my $home, '<', '/proc/self/ns/ipc');
my %verbs = (
  mount => sub {
    my ($folder, $options) = @_;
    mkdir($folder) or return "mkdir: $!";
    my $type = 'tmpfs';
    # MS_NOSUID | MS_NODEV
    syscall($mount, $type, $folder, $type, 6, $options) == 0 ? 0 : "mount: $!";
  },
  unmount => sub {
    my ($folder) = @_;
    # MNT_DETACH
    syscall($unmount, $folder, 2) == 0 or return "umount: $!";
    rmdir($folder) ? 0 : "rmdir: $!";
  },
  ipc => sub {
    my ($pid) = @_;
    open(my $there, '<', "/proc/$pid/ns/ipc") or return 0;
    # CLONE_NEWIPC
    syscall($setns, fileno($there), 0x08000000) == 0 or return 0;
    my $bytes = sum('sem', sub { 64 * $_[3] }) + sum('msg', sub { $_[3] + 64 * $_[4] })
      # Of segments that somebody is attached to, each process shows its part.
      + sum('shm', sub { $_[6] ? 0 : $_[14] });
    syscall($setns, fileno($home), 0x08000000);
    $bytes;
  },
);
sub sum {
  my ($name, $bytes) = @_;
  open(my $list, '<', "/proc/sysvipc/$name") or return 0;
  my $sum = 0;
  scalar <$list>;
  while (<$list>) { $sum += $bytes->(split) }
  $sum;
}
while (<STDIN>) {
  my ($id, $verb, @words) = split;
  my $answer = $verbs{$verb} ? $verbs{$verb}->(@words) : 'what?';
  print "$id $answer\\n";
}
`;
