package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The options and operands of one command, and the reading of its arguments. */
final class Options {
    /** The exit status of wrong usage. */
    static final int USAGE = 2;

    private final CommandSpec spec;
    /** Options whose value may be left out: a word after such an option is an operand, not its value. */
    private final Set<String> optionalValues = new HashSet<>();
    private int exit;

    Options(Command command) {
        spec = CommandSpec.create().name("runtime " + command.name());
        spec.usageMessage().description(command.summary());
        spec.addOption(OptionSpec.builder("-h", "--help").description("print this help").type(boolean.class).usageHelp(true).build());
    }

    /** Adds an option without a value. */
    Options flag(String name, String description) {
        spec.addOption(OptionSpec.builder(name).description(description).type(boolean.class).build());
        return this;
    }

    /** Adds an option without a value that has a short name too. */
    Options flag(String letter, String name, String description) {
        spec.addOption(OptionSpec.builder(letter, name).description(description).type(boolean.class).build());
        return this;
    }

    /** Adds an option with a value, and other names of it. */
    Options value(String name, String label, String description, String... others) {
        spec.addOption(OptionSpec.builder(name, others).description(description).paramLabel(label).type(String.class).build());
        return this;
    }

    /** Adds an option with a value that may be left out and then counts as {@code true}; a value is given with {@code =}. */
    Options optionalValue(String name, String label, String description) {
        spec.addOption(OptionSpec.builder(name).description(description).paramLabel(label).type(String.class).arity("0..1")
                .fallbackValue("true").build());
        optionalValues.add(name);
        return this;
    }

    /** Adds operands. */
    Options operands(String label, String arity, String description) {
        spec.addPositional(PositionalParamSpec.builder().paramLabel(label).arity(arity).required(!arity.startsWith("0")).type(List.class).auxiliaryTypes(String.class)
                .description(description).build());
        return this;
    }

    /** Adds to the help which variables of the environment count. */
    Options variables(String... names) {
        List<String> lines = new ArrayList<>(List.of("%nEnvironment Variables:"));
        for (String name : names) {
            lines.add(String.format("      %-28s %s", name, Variables.MEANINGS.get(name)));
        }
        spec.usageMessage().footer(lines.toArray(String[]::new));
        return this;
    }

    /** Reads arguments; prints help or what is wrong and returns nothing if the command is not to run, see {@link #exit}. */
    Optional<Parsed> parse(List<String> arguments, CommandContext context) {
        CommandLine line = new CommandLine(spec).setPosixClusteredShortOptionsAllowed(false);
        try {
            ParseResult result = line.parseArgs(arguments.stream().map(word -> optionalValues.contains(word) ? word + "=true" : word).toArray(String[]::new));
            if (!result.matchedOptionValue("--help", false)) {
                return Optional.of(new Parsed(result));
            }
            exit = 0;
            line.usage(context.out());
        } catch (CommandLine.ParameterException e) {
            exit = USAGE;
            context.err().println("Error: " + e.getMessage());
            line.usage(context.err());
        }
        return Optional.empty();
    }

    /** Returns the exit status after {@link #parse} returned nothing. */
    int exit() {
        return exit;
    }

    /** Arguments that were understood. */
    record Parsed(ParseResult result) {
        boolean has(String name) {
            return result.matchedOptionValue(name, false);
        }

        Optional<String> value(String name) {
            return Optional.ofNullable(result.matchedOptionValue(name, (String) null));
        }

        /** Returns a whole number within bounds; refuses any other value. */
        int number(String name, int otherwise, int least, int most) {
            Optional<String> given = value(name);
            if (given.isEmpty()) {
                return otherwise;
            }
            String digits = given.get();
            if (!digits.matches("\\d{1,9}") || Integer.parseInt(digits) < least || Integer.parseInt(digits) > most) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, name + " is '" + digits + "'; give a number from " + least + " to " + most);
            }
            return Integer.parseInt(digits);
        }

        List<String> operands() {
            return result.matchedPositionals().isEmpty() ? List.of()
                    : result.matchedPositionals().getFirst().originalStringValues();
        }
    }
}
