package dev.runtime.kernel.generate;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.RankRequest;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.kernel.schedule.Runner;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Judges the documents of one request with a loaded reranker. */
final class Ranking {
    /** Where a reranker that is a generating model says how it is asked. */
    private static final String TEMPLATE_KEY = "tokenizer.chat_template.rerank";
    private static final Pattern PLACES = Pattern.compile("\\{(query|document)}");
    /** Pairs that go to the engine at once: enough to fill its steps, few enough to notice a cancellation. */
    private static final int GROUP = 64;

    private final RankRequest request;
    private final Runner runner;
    private final Tokenizer tokenizer;
    private final int context;
    private final Notes notes;
    private final Optional<String> template;
    private int tokens;

    /** Creates it; {@code context} is the number of positions that a pair may take. */
    Ranking(RankRequest request, Runner runner, int context, Notes notes) {
        this.request = request;
        this.runner = runner;
        this.context = context;
        this.notes = notes;
        tokenizer = runner.tokenizer();
        template = runner.metadata().string(TEMPLATE_KEY);
    }

    /**
     * Judges.
     *
     * @return one score a document, in order
     * @throws RuntimeFailure with {@code request.unsupported} for a model that does not rank, {@code request.context_exceeded} for a pair that
     *     is too long, {@code device.failed} if a score is not finite
     */
    double[] run(Cancellation cancellation) {
        if (runner.shape().pooling() != ModelShape.Pooling.RANK) {
            throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, "\"" + request.model() + "\" does not support reranking; choose a reranker");
        }
        List<String> documents = request.documents();
        double[] scores = new double[documents.size()];
        for (int from = 0; from < scores.length; from += GROUP) {
            cancellation.check();
            List<String> group = documents.subList(from, Math.min(scores.length, from + GROUP));
            float[][] vectors = runner.embed(group.stream().map(this::pair).toArray(int[][]::new), cancellation);
            for (int i = 0; i < vectors.length; i++) {
                if (!Float.isFinite(vectors[i][0])) {
                    throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the score of document " + (from + i)
                            + " is not finite; the weights may be damaged or the device at fault");
                }
                scores[from + i] = vectors[i][0];
            }
        }
        return scores;
    }

    /** Returns the tokens of all pairs. */
    int tokens() {
        return tokens;
    }

    private int[] pair(String document) {
        int[] all = encoded(document);
        for (int length = document.length(); all.length > context; ) {
            if (!request.truncate() || length == 0) {
                throw new RuntimeFailure(ErrorCode.CONTEXT_EXCEEDED, "query and document have " + all.length + " tokens, more than the context of "
                        + context + "; shorten them");
            }
            // no token is longer than a text is, so a share of it is left over that shrinks
            length = (int) Math.min(length - 1L, (long) length * context / all.length);
            all = encoded(document.substring(0, length));
            if (all.length <= context) {
                notes.add("a document was cut at its end to fit the context of " + context + " tokens with the query");
            }
        }
        tokens = Math.addExact(tokens, all.length);
        return all;
    }

    private int[] encoded(String document) {
        return template.isEmpty() ? tokenizer.encodePair(request.query(), document)
                : tokenizer.encode(filled(template.get(), request.query(), document), true, true);
    }

    private static String filled(String template, String query, String document) {
        return PLACES.matcher(template).replaceAll(place -> Matcher.quoteReplacement(place.group(1).equals("query") ? query : document));
    }
}
