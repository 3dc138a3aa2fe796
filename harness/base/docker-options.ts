/** With what a container is started so that namespaces can be made in it, which full isolation needs. */
export const FULL_ISOLATION =
  '--cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined';
