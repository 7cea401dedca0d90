package dev.runtime.plugin.cli;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.plugin.cli.bench.BenchPlan;
import dev.runtime.plugin.cli.bench.BenchReport;
import dev.runtime.plugin.cli.bench.BenchRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code runtime bench MODEL}: how fast a model is here: reading prompts, generating alone and many at once, and what a prompt that was seen
 * before saves. The kernel runs in this process.
 */
public final class BenchCommand implements Command {
    private static final int MOST_TOKENS = 1 << 20;
    private static final int MOST_SEQUENCES = 256;
    private static final int MOST_ROUNDS = 1_000;

    /** Creates the command. */
    public BenchCommand() {}

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public String summary() {
        return "Measure how fast a model is";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this)
                .value("--prompt", "N", "tokens of the prompt to read, 512 by default; 0 leaves it out")
                .value("--generate", "N", "tokens to generate, 128 by default; 0 leaves it out")
                .value("--depth", "N", "tokens in the context before they are generated, none by default")
                .value("--parallel", "N,...", "sequences that generate at once, 1,4 by default")
                .value("--shared", "N", "tokens that two prompts have in common, 512 by default; 0 leaves it out")
                .value("--rounds", "N", "repetitions, 3 by default; medians are shown")
                .flag("--speculate", "let the engine guess tokens where it would, and measure what that brings; without, no token is guessed")
                .flag("--csv", "print comma-separated values")
                .flag("--json", "print JSON")
                .operands("MODEL", "1", "a name, or the path of a weight file");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        Options.Parsed args = parsed.get();
        BenchPlan plan = new BenchPlan(args.number("--prompt", 512, 0, MOST_TOKENS), args.number("--generate", 128, 0, MOST_TOKENS),
                args.number("--depth", 0, 0, MOST_TOKENS), sequences(args.value("--parallel").orElse("1,4")),
                args.number("--shared", 512, 0, MOST_TOKENS), args.number("--rounds", 3, 1, MOST_ROUNDS),
                args.has("--speculate") ? -1 : 0);
        Inference inference = context.runtime(Map.of(CoreKeys.NUM_PARALLEL.name(), String.valueOf(plan.sequences()))).inference();
        String model = RunCommand.reference(args.operands().getFirst());
        Cancellation cancellation = context.termination();
        LoadedModel loaded = inference.load(model, dev.runtime.api.inference.Options.of(Map.of("num_ctx", plan.contextLength())),
                new KeepAlive.Unchanged(), cancellation);
        if (loaded.contextLength() < plan.contextLength()) {
            throw new RuntimeFailure(ErrorCode.CONTEXT_EXCEEDED, "the model's context is " + loaded.contextLength()
                    + " tokens, the measurement takes " + plan.contextLength() + "; choose smaller sizes");
        }
        BenchReport report = new BenchReport(loaded, new BenchRun(inference, model, plan, cancellation, progress(context)).run());
        if (context.interactiveError()) {
            context.err().print("\r\033[K");
            context.err().flush();
        }
        if (args.has("--json")) {
            report.json(context.out());
        } else if (args.has("--csv")) {
            report.csv(context.out());
        } else {
            report.table(context.out());
        }
        return 0;
    }

    private static List<Integer> sequences(String text) {
        List<Integer> sequences = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            if (!each.matches("\\d{1,4}") || Integer.parseInt(each) < 1 || Integer.parseInt(each) > MOST_SEQUENCES) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                        "--parallel is '" + text + "'; give numbers from 1 to " + MOST_SEQUENCES + ", with commas between them");
            }
            sequences.add(Integer.parseInt(each));
        }
        return sequences;
    }

    private static Consumer<String> progress(CommandContext context) {
        return what -> {
            if (context.interactiveError()) {
                context.err().print("\r\033[K" + what);
                context.err().flush();
            }
        };
    }
}
