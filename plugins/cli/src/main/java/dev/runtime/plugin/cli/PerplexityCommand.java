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
import dev.runtime.api.inference.ScoreRequest;
import dev.runtime.plugin.cli.render.JsonOutput;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code runtime perplexity MODEL --file TEXT}: how well a model predicts a text, to compare quantizations and runtimes.
 *
 * <p>The method is the usual one: the text is cut into chunks of the context, and the tokens of each chunk's second half are scored, so
 * that each of them has at least half a context before it. With a stride, chunks overlap and each scores its last tokens. The
 * kernel runs in this process.
 */
public final class PerplexityCommand implements Command {
    private static final int CONTEXT = 512;
    private static final int LEAST_CONTEXT = 4;
    private static final int MOST_CONTEXT = 1 << 20;

    /** Creates the command. */
    public PerplexityCommand() {}

    @Override
    public String name() {
        return "perplexity";
    }

    @Override
    public String summary() {
        return "Measure how well a model predicts a text";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) throws IOException {
        Options options = new Options(this)
                .value("--file", "TEXT", "the text, in UTF-8; - for standard input")
                .value("--context", "N", "tokens of a chunk, " + CONTEXT + " by default")
                .value("--stride", "N", "begin a chunk every N tokens and score its last N, instead of its second half")
                .flag("--special", "text that spells a control token is that token, as in a conversation's transcript")
                .flag("--json", "print the result as JSON")
                .operands("MODEL", "1", "a name, or the path of a weight file");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        Options.Parsed args = parsed.get();
        String file = args.value("--file").orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                "there is no text: name it with --file TEXT, or --file - for standard input"));
        int size = args.number("--context", CONTEXT, LEAST_CONTEXT, MOST_CONTEXT);
        int stride = args.number("--stride", size, 1, size);
        Chunks chunks = new Chunks(size, stride, stride < size ? size - stride : size / 2 + 1);
        // one sequence at a time: no memory for more
        Inference inference = context.runtime(Map.of(CoreKeys.NUM_PARALLEL.name(), "1")).inference();
        String model = RunCommand.reference(args.operands().getFirst());
        try (Reader text = InputText.open(file, context)) {
            TextWindows windows = new TextWindows(text, inference.tokenizer(model), args.has("--special"), size, stride);
            measure(inference, model, file, windows, chunks, args.has("--json"), context);
        }
        return 0;
    }

    /**
     * How the text is cut.
     *
     * @param size tokens of a chunk
     * @param step tokens from one chunk's beginning to the next one's
     * @param from the first token of a chunk that is scored
     */
    private record Chunks(int size, int step, int from) {}

    private static void measure(Inference inference, String model, String file, TextWindows windows, Chunks chunks, boolean json,
            CommandContext context) throws IOException {
        Optional<int[]> window = windows.next();
        if (window.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, windows.tokens() == 0 ? "the text in " + file + " is empty"
                    : "the text in " + file + " has " + windows.tokens() + " tokens, a chunk takes " + chunks.size
                            + "; give a longer text or a smaller --context");
        }
        var options = dev.runtime.api.inference.Options.of(Map.of("num_ctx", chunks.size));
        Cancellation cancellation = context.termination();
        LoadedModel loaded = inference.load(model, options, new KeepAlive.Unchanged(), cancellation);
        if (loaded.contextLength() < chunks.size) {
            throw new RuntimeFailure(ErrorCode.CONTEXT_EXCEEDED, "the model's context is " + loaded.contextLength() + " tokens, a chunk takes "
                    + chunks.size + "; use --context " + loaded.contextLength());
        }
        Perplexity perplexity = new Perplexity();
        Progress progress = new Progress(context);
        long done = 0;
        for (; window.isPresent(); window = windows.next()) {
            progress.show(done, windows.total(), perplexity.count());
            perplexity.add(inference.score(
                    new ScoreRequest(model, window.get(), chunks.from, options, new KeepAlive.Unchanged()), cancellation).logprobs());
            done++;
            progress.clear();
            if (!json) {
                context.out().printf(Locale.ROOT, "chunk %d%s: perplexity %.4f%n", done,
                        windows.total().map(n -> " of " + n).orElse(""), perplexity.value());
                context.out().flush();
            }
        }
        print(context.out(), json, loaded.info().name(), chunks, done, windows.tokens(), perplexity);
    }

    private static void print(PrintStream out, boolean json, String model, Chunks chunks, long done, long tokens, Perplexity perplexity) {
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("model", model);
            result.put("perplexity", perplexity.value());
            result.put("error", perplexity.error());
            result.put("mean_negative_logprob", perplexity.mean());
            result.put("context", chunks.size);
            result.put("stride", chunks.step);
            result.put("chunks", done);
            result.put("tokens", tokens);
            result.put("tokens_scored", perplexity.count());
            JsonOutput.print(out, result);
        } else {
            out.printf(Locale.ROOT, "perplexity %.4f +/- %.4f (%d chunks of %d tokens, %d tokens scored)%n",
                    perplexity.value(), perplexity.error(), done, chunks.size, perplexity.count());
            out.flush();
        }
    }

    /** A line on standard error that is written over, for people at a terminal. */
    private record Progress(CommandContext context) {
        void show(long done, Optional<Long> total, long scored) {
            if (context.interactiveOutput()) {
                context.err().print("\r" + (done + 1) + total.map(n -> " of " + n + " chunks, " + done * 100 / n + " %").orElse(". chunk")
                        + ", " + scored + " tokens scored");
                context.err().flush();
            }
        }

        void clear() {
            if (context.interactiveOutput()) {
                context.err().print("\r\033[K");
                context.err().flush();
            }
        }
    }
}
