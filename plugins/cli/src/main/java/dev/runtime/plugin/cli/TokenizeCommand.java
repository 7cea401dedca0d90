package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.plugin.cli.render.JsonOutput;
import dev.runtime.plugin.cli.render.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code runtime tokenize MODEL [TEXT...]}: the tokens that a text becomes, and back. The model's file is read in this process, the model
 * is not loaded.
 */
public final class TokenizeCommand implements Command {
    /** Creates the command. */
    public TokenizeCommand() {}

    @Override
    public String name() {
        return "tokenize";
    }

    @Override
    public String summary() {
        return "Show the tokens of a text, or the text of tokens";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) throws IOException {
        Options options = new Options(this)
                .value("--file", "FILE", "read the text from a file; - for standard input")
                .flag("--ids", "print ids only")
                .flag("--count", "print the number of tokens only")
                .flag("--json", "print JSON")
                .flag("--no-special", "take control tokens in the text as text, and add no begin and end tokens")
                .flag("--decode", "go back: the input is ids, the output is text")
                .operands("MODEL [TEXT]", "1..*", "a name or the path of a weight file; then the text, unless it is piped in");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        Options.Parsed args = parsed.get();
        String input = input(args, context);
        Tokenizer tokenizer = context.runtime(Map.of()).inference().tokenizer(RunCommand.reference(args.operands().getFirst()));
        boolean special = !args.has("--no-special");
        if (args.has("--decode")) {
            String text = tokenizer.decode(ids(input, tokenizer.size()), special);
            if (args.has("--json")) {
                JsonOutput.print(context.out(), Map.of("text", text));
            } else {
                context.out().println(text);
            }
        } else {
            print(tokenizer, tokenizer.encode(input, special, special), args, context.out());
        }
        context.out().flush();
        return 0;
    }

    private static String input(Options.Parsed args, CommandContext context) throws IOException {
        List<String> words = args.operands().subList(1, args.operands().size());
        Optional<String> file = args.value("--file");
        if (file.isPresent() && !words.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "there are two texts: give words or --file, not both");
        }
        if (!words.isEmpty()) {
            return String.join(" ", words);
        }
        if (file.isEmpty() && context.interactiveInput()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "there is no text: put words after the model's name, name a file with --file, or pipe text in");
        }
        return InputText.read(file.orElse("-"), context);
    }

    private static int[] ids(String input, int size) {
        return Arrays.stream(input.split("[\\s,\\[\\]]+")).filter(word -> !word.isEmpty()).mapToInt(word -> {
            if (!word.matches("\\d{1,9}") || Integer.parseInt(word) >= size) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "'" + word + "' is no token of this model; give numbers from 0 to " + (size - 1));
            }
            return Integer.parseInt(word);
        }).toArray();
    }

    private static void print(Tokenizer tokenizer, int[] ids, Options.Parsed args, PrintStream out) {
        if (args.has("--count")) {
            out.println(ids.length);
        } else if (args.has("--ids")) {
            out.println(Arrays.toString(ids));
        } else if (args.has("--json")) {
            JsonOutput.print(out, Map.of("tokens", Arrays.stream(ids).mapToObj(id -> json(tokenizer, id)).toList()));
        } else {
            Table table = new Table();
            for (int id : ids) {
                table.row(String.format(Locale.ROOT, "%6d", id), TokenText.quoted(tokenizer.bytes(id)), mark(tokenizer.kind(id)));
            }
            table.print(out);
        }
    }

    private static Map<String, Object> json(Tokenizer tokenizer, int id) {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("id", id);
        token.put("piece", tokenizer.piece(id));
        token.put("text", TokenText.plain(tokenizer.bytes(id)));
        token.put("kind", tokenizer.kind(id).name().toLowerCase(Locale.ROOT));
        return token;
    }

    private static String mark(Tokenizer.Kind kind) {
        return kind == Tokenizer.Kind.NORMAL ? "" : kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
