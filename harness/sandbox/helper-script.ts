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
  # A new folder's file system then holds what changes, over all that is in another folder.
  overlay => sub {
    my ($folder, $lower, $uid, $more) = @_;
    my ($upper, $work) = ("$folder/upper", "$folder/work");
    mkdir($upper, 0700) && mkdir($work, 0700) or return "mkdir: $!";
    chown($uid, $uid, $upper) or return "chown: $!" if $uid >= 0;
    my ($type, $options) = ('overlay', "lowerdir=$lower,upperdir=$upper,workdir=$work,$more");
    return 0 if syscall($mount, $type, $folder, $type, 6, $options) == 0;
    my $error = "mount: $!";
    rmdir($upper), rmdir("$work/work"), rmdir($work);
    return $error;
  },
  unmount => sub {
    my ($folder) = @_;
    # MNT_DETACH; an overlay is on top of another one.
    syscall($unmount, $folder, 2) == 0 or return "umount: $!";
    rmdir($folder) and return 0;
    syscall($unmount, $folder, 2) == 0 && rmdir($folder) ? 0 : "rmdir: $!";
  },
  held => sub {
    my ($keeper, $limit, @pids) = @_;
    ipc($keeper) + sockets($limit, @pids);
  },
);
# Bytes in semaphores, messages, and segments that nobody is attached to: of others each process shows its part.
sub ipc {
  open(my $there, '<', "/proc/$_[0]/ns/ipc") or return 0;
  # CLONE_NEWIPC
  syscall($setns, fileno($there), 0x08000000) == 0 or return 0;
  my $bytes = sum('sem', sub { 64 * $_[3] }) + sum('msg', sub { $_[3] + 64 * $_[4] }) + sum('shm', sub { $_[6] ? 0 : $_[14] });
  syscall($setns, fileno($home), 0x08000000);
  return $bytes;
}
sub sum {
  my ($name, $bytes) = @_;
  open(my $list, '<', "/proc/sysvipc/$name") or return 0;
  my $sum = 0;
  scalar <$list>;
  while (<$list>) { $sum += $bytes->(split) }
  return $sum;
}
# Bytes in buffers of sockets, asked for only where there are enough sockets and bytes for it to matter.
sub sockets {
  my ($limit, @pids) = @_;
  open(my $counts, '<', '/proc/net/sockstat') or return 0;
  my $text = join('', <$counts>);
  my ($used) = $text =~ /sockets: used (\\d+)/;
  my $pages = 0;
  $pages += $1 while $text =~ /mem (\\d+)/g;
  return 0 if 2 * 212992 * $used + 4096 * $pages < $limit / 2;
  my %held;
  for my $pid (@pids) {
    opendir(my $dir, "/proc/$pid/fd") or next;
    for (readdir($dir)) { $held{$1} = 1 if (readlink("/proc/$pid/fd/$_") // '') =~ /^socket:\\[(\\d+)/ }
  }
  my $sum = 0;
  # TCP and UDP over both, then Unix; see sock_diag(7).
  for my $family (2, 10) {
    for my $protocol (6, 17) { $sum += buffers(\\%held, pack('C4 L x48', $family, $protocol, 64, 0, 0xffffffff), 68, 72, 7) }
  }
  return $sum + buffers(\\%held, pack('C2 S L3 L2', 1, 0, 0, 0xffffffff, 0, 0x20, 0xffffffff, 0xffffffff), 4, 16, 5);
}
# The sum of what a dump says of sockets that are held: received, and sent but not yet taken.
sub buffers {
  my ($held, $request, $inode, $head, $wanted) = @_;
  socket(my $ask, 16, 3, 4) or return 0;
  syswrite($ask, pack('L S2 L2', 16 + length($request), 20, 0x301, 1, 0) . $request) or return 0;
  my $sum = 0;
  while (sysread($ask, my $answer, 65536)) {
    while (length($answer) >= 16) {
      my ($length, $type) = unpack('L S', $answer);
      return $sum if $type == 3 || $type == 2 || $length < 16;
      my $message = substr($answer, 16, $length - 16);
      $answer = substr($answer, ($length + 3) & ~3);
      next unless length($message) > $head && $held->{unpack('L', substr($message, $inode, 4))};
      for (my $at = $head; $at + 4 <= length($message);) {
        my ($size, $kind) = unpack('S2', substr($message, $at, 4));
        last if $size < 4;
        if ($kind == $wanted) {
          my ($received, undef, $written, undef, undef, $queued) = unpack('L6', substr($message, $at + 4));
          $sum += $received + ($written > $queued ? $written : $queued);
        }
        $at += ($size + 3) & ~3;
      }
    }
  }
  return $sum;
}
while (<STDIN>) {
  my ($id, $verb, @words) = split;
  my $answer = $verbs{$verb} ? $verbs{$verb}->(@words) : 'what?';
  print "$id $answer\\n";
}
`;
