/**
 * With what a container is started so that namespaces can be made in it, which full isolation needs, and so that the
 * grader sees what programs of another user have open (SYS_PTRACE, see proc(5)).
 */
export const FULL_ISOLATION =
  '--cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined';
