package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Logprob;
import dev.runtime.api.inference.Usage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Builds the objects of a reply, in the key order of the reference. */
final class ReplyObjects {
    private final String model;
    private final ReplyShape shape;
    private final boolean alternatives;
    private final InstantSource clock;

    /**
     * Creates.
     *
     * @param model the model as the client named it
     * @param alternatives whether log probabilities show alternatives
     */
    ReplyObjects(String model, ReplyShape shape, boolean alternatives, InstantSource clock) {
        this.model = model;
        this.shape = shape;
        this.alternatives = alternatives;
        this.clock = clock;
    }

    ReplyShape shape() {
        return shape;
    }

    /** Returns an object before the last one. */
    Map<String, Object> part(Piece piece) {
        Map<String, Object> reply = begin();
        shape.put(reply, piece);
        reply.put("done", false);
        putLogprobs(reply, piece.logprobs());
        return reply;
    }

    /** Returns the last object, or the only one. */
    Map<String, Object> last(Piece piece, GenerationEvent.Done done, List<String> notes) {
        Map<String, Object> reply = end(piece, done.reason());
        if (shape.context() && done.context().length > 0) {
            reply.put("context", done.context());
        }
        putUsage(reply, done.usage());
        putLogprobs(reply, piece.logprobs());
        putNotes(reply, notes);
        return reply;
    }

    /** Returns the object that says that nothing but loading or unloading happened. */
    Map<String, Object> empty(FinishReason reason, List<String> notes) {
        Map<String, Object> reply = end(Piece.NOTHING, reason);
        putNotes(reply, notes);
        return reply;
    }

    /** Returns the object that shows a rendered prompt. */
    Map<String, Object> rendered(GenerationEvent.Rendered rendered, List<String> notes) {
        Map<String, Object> reply = begin();
        shape.putNothing(reply);
        reply.put("done", false);
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("rendered_template", rendered.prompt());
        putUnlessZero(info, "image_count", rendered.images());
        reply.put("_debug_info", info);
        putNotes(reply, notes);
        return reply;
    }

    private Map<String, Object> begin() {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("model", model);
        reply.put("created_at", clock.instant());
        return reply;
    }

    private Map<String, Object> end(Piece piece, FinishReason reason) {
        Map<String, Object> reply = begin();
        shape.put(reply, piece);
        reply.put("done", true);
        reply.put("done_reason", reason.name().toLowerCase(Locale.ROOT));
        return reply;
    }

    private static void putUsage(Map<String, Object> reply, Usage usage) {
        putUnlessZero(reply, "total_duration", usage.total());
        putUnlessZero(reply, "load_duration", usage.load());
        putUnlessZero(reply, "queue_duration", usage.queued());
        putUnlessZero(reply, "prompt_eval_count", usage.promptTokens());
        putUnlessZero(reply, "prompt_cached_count", usage.cachedTokens());
        putUnlessZero(reply, "prompt_eval_duration", usage.promptTime());
        putUnlessZero(reply, "eval_count", usage.outputTokens());
        putUnlessZero(reply, "eval_duration", usage.outputTime());
    }

    static void putUnlessZero(Map<String, Object> reply, String name, Duration duration) {
        if (!duration.isZero()) {
            reply.put(name, duration.toNanos());
        }
    }

    static void putUnlessZero(Map<String, Object> reply, String name, long count) {
        if (count != 0) {
            reply.put(name, count);
        }
    }

    static void putNotes(Map<String, Object> reply, List<String> notes) {
        if (!notes.isEmpty()) {
            reply.put("notes", notes);
        }
    }

    private void putLogprobs(Map<String, Object> reply, List<Logprob> logprobs) {
        if (!logprobs.isEmpty()) {
            reply.put("logprobs", logprobs(logprobs, alternatives));
        }
    }

    private static List<Map<String, Object>> logprobs(List<Logprob> logprobs, boolean alternatives) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Logprob each : logprobs) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("token", each.token());
            entry.put("logprob", each.logprob());
            if (each.bytes().length > 0) {
                int[] bytes = new int[each.bytes().length];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = each.bytes()[i] & 0xff;
                }
                entry.put("bytes", bytes);
            }
            if (alternatives && !each.top().isEmpty()) {
                entry.put("top_logprobs", logprobs(each.top(), false));
            }
            all.add(entry);
        }
        return all;
    }
}
