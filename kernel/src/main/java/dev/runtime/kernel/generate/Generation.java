package dev.runtime.kernel.generate;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.SamplingOptions;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.text.OutputParser;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.engine.ImageRuns;
import dev.runtime.kernel.engine.TokenRequest;
import dev.runtime.kernel.sample.TokenMask;
import dev.runtime.kernel.schedule.Lease;
import dev.runtime.kernel.schedule.Runner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One generation on a loaded model: submits the prompt, turns tokens into events, sees to it that the engine lets go. For one thread. */
final class Generation {
    /** A reply without a limit of its own ends after so many contexts. */
    private static final long MOST_CONTEXTS = 10;

    private final GenerateRequest request;
    private final RequestOptions options;
    private final Runner runner;
    private final int context;
    private final Notes notes;
    private final Consumer<GenerationEvent> events;
    private final Cancellation engine = new Cancellation();
    private final TokenMailbox mailbox = new TokenMailbox();
    private int[] prompt;
    private int read;

    /** Creates it; {@code context} is the number of positions that this request may use. */
    Generation(GenerateRequest request, RequestOptions options, Lease lease, int context, Notes notes, Consumer<GenerationEvent> events) {
        this.request = request;
        this.options = options;
        this.runner = lease.runner();
        this.context = context;
        this.notes = notes;
        this.events = events;
        this.prompt = new int[0];
    }

    /**
     * Generates; the last event is {@link GenerationEvent.Done}. When this returns or throws, the engine no longer works on it.
     *
     * @param images where images are among the tokens
     * @param mask what the reply is held to, if anything
     * @param start when the request was accepted, by {@link System#nanoTime}
     * @param load until the model was available
     */
    Usage run(int[] tokens, ImageRuns images, OutputParser.Session parser, Optional<TokenMask> mask, Cancellation cancellation, long start,
            Duration load) {
        if (!images.empty() && tokens.length > PromptTruncation.limit(context)) {
            throw PromptImages.tooLong(tokens.length, context);
        }
        int begin = runner.tokenizer().addsBegin() ? 1 : 0;
        int keep = PromptTruncation.keep(options.keep(), begin, tokens.length, context);
        prompt = PromptTruncation.fit(tokens, context, keep, request.truncate(), request.shift(), notes);
        ReplyStream reply = new ReplyStream(
                runner.tokenizer(), options.stop(), parser, request.topLogprobs() >= 0, notes, events);
        cancellation.onCancel(engine::cancel);
        runner.submit(new TokenRequest(prompt, sampling(), limit(), options.keep(), request.shift(), request.topLogprobs(),
                options.drafts(), false, options.cacheSalt(), engine, mailbox, mask, breakers(), images));
        try {
            mailbox.awaitStart(engine);
            if (mailbox.begun()) {
                events.accept(new GenerationEvent.Started(request.model(), prompt.length, mailbox.cachedTokens()));
            }
            pump(reply, cancellation);
            if (!reply.stopped()) {
                requireEnd();
            }
            reply.finish();
            TokenMailbox.End end = mailbox.end(FinishReason.STOP, read);
            Usage usage = usage(end, reply.stopped() ? read : end.outputTokens(), start, load);
            events.accept(new GenerationEvent.Done(
                    reply.stopped() ? FinishReason.STOP : end.reason(), usage, notes.texts(), contextTokens()));
            return usage;
        } finally {
            engine.cancel();
            mailbox.awaitEnd(engine);
        }
    }

    private void pump(ReplyStream reply, Cancellation cancellation) {
        boolean open = true;
        while (open) {
            int count = mailbox.awaitMore(read, engine);
            if (count == read) {
                return;
            }
            cancellation.check();
            for (; open && read < count; read++) {
                open = reply.token(mailbox.token(read));
            }
        }
        engine.cancel();
    }

    private void requireEnd() {
        mailbox.failure().ifPresent(cause -> {
            throw new RuntimeFailure(cause.code(), cause.getMessage(), cause);
        });
        if (engine.cancelled()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "request canceled");
        }
    }

    private int limit() {
        long ceiling = MOST_CONTEXTS * context;
        long most = options.predict() <= 0 ? ceiling : Math.min(options.predict(), ceiling);
        // the loaded context may be longer than the one asked for
        long room = request.shift() ? most : Math.min(most, context - prompt.length);
        return (int) Math.min(room, Integer.MAX_VALUE);
    }

    private SamplingOptions sampling() {
        SamplingOptions s = options.sampling();
        if (s.logitBias().isEmpty()) {
            return s;
        }
        Map<Integer, Double> known = new HashMap<>(s.logitBias());
        int size = runner.tokenizer().size();
        known.entrySet().removeIf(e -> e.getKey() < 0 || e.getKey() >= size || !Double.isFinite(e.getValue()));
        if (known.size() < s.logitBias().size()) {
            notes.ignored((s.logitBias().size() - known.size()) + " entries of the logit bias name no token of this model and were ignored");
        }
        return s.withLogitBias(known);
    }

    /** Returns the tokens that have one of the texts in them that break sequences. */
    private BitSet breakers() {
        BitSet found = new BitSet();
        SamplingOptions.Dry dry = options.sampling().dry();
        if (dry.multiplier() != 0) {
            Tokenizer tokenizer = runner.tokenizer();
            for (int token = 0; token < tokenizer.size(); token++) {
                String text = new String(tokenizer.bytes(token), StandardCharsets.UTF_8);
                found.set(token, dry.breakers().stream().anyMatch(text::contains));
            }
        }
        return found;
    }

    private Usage usage(TokenMailbox.End end, int outputTokens, long start, Duration load) {
        return new Usage(prompt.length, mailbox.cachedTokens(), outputTokens, took(System.nanoTime() - start), load,
                took(mailbox.queuedNanos()), took(end.promptNanos()), took(end.outputNanos()));
    }

    private int[] contextTokens() {
        int[] words = PromptImages.words(prompt);
        int[] all = Arrays.copyOf(words, words.length + read);
        System.arraycopy(mailbox.tokens(read), 0, all, words.length, read);
        return all;
    }

    /** A time that passed is never nothing, however coarse the clock. */
    static Duration took(long nanos) {
        return Duration.ofNanos(Math.max(1, nanos));
    }
}
