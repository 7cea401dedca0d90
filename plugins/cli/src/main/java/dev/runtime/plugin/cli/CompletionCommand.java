package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code runtime completion SHELL}: prints a script that lets a shell complete commands and names of models. */
public final class CompletionCommand implements Command {
    private static final String MODEL_COMMANDS = "run show stop pull push cp rm create";

    /** Creates the command. */
    public CompletionCommand() {}

    @Override
    public String name() {
        return "completion";
    }

    @Override
    public String summary() {
        return "Print a completion script for bash, zsh or fish";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).operands("SHELL", "1", "bash, zsh or fish");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        String shell = parsed.get().operands().getFirst();
        String commands = String.join(" ", context.commands().stream().flatMap(c -> Stream.concat(Stream.of(c.name()), c.aliases().stream()))
                .sorted().toList());
        context.out().print(switch (shell) {
            case "bash" -> bash(commands);
            case "zsh" -> "autoload -U +X bashcompinit && bashcompinit\n" + bash(commands);
            case "fish" -> fish(commands);
            default -> throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "there is no script for '" + shell + "'; use bash, zsh or fish");
        });
        context.out().flush();
        return 0;
    }

    private static String bash(String commands) {
        return """
                _runtime() {
                  local word="${COMP_WORDS[COMP_CWORD]}"
                  if [ "$COMP_CWORD" -eq 1 ]; then
                    COMPREPLY=($(compgen -W "%s" -- "$word"))
                  elif [[ " %s " == *" ${COMP_WORDS[1]} "* ]]; then
                    COMPREPLY=($(compgen -f -W "$(runtime list 2>/dev/null | tail -n +2 | cut -d ' ' -f 1)" -- "$word"))
                    [ "${COMP_WORDBREAKS/:/}" = "$COMP_WORDBREAKS" ] || COMPREPLY=("${COMPREPLY[@]#"${word%%"${word##*:}"}"}")
                  fi
                }
                complete -o default -F _runtime runtime
                """.formatted(commands, MODEL_COMMANDS);
    }

    private static String fish(String commands) {
        return """
                complete -c runtime -n __fish_use_subcommand -f -a "%s"
                complete -c runtime -n "__fish_seen_subcommand_from %s" -a "(runtime list 2>/dev/null | tail -n +2 | string split -f 1 ' ')"
                """.formatted(commands, MODEL_COMMANDS);
    }
}
