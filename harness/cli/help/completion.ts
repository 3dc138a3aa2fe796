export const COMPLETION = `Usage: socket-grader completion bash|zsh|fish

Prints a script that lets your shell complete commands, options and their
values. Load it where your shell starts:

  bash   in ~/.bashrc:   source <(socket-grader completion bash)
  zsh    in ~/.zshrc, after compinit:
                         source <(socket-grader completion zsh)
  fish   in ~/.config/fish/config.fish:
                         socket-grader completion fish | source
`;
