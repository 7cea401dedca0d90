package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.inference.Logprob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Log probabilities in the shapes of chat and of completions. */
final class LogprobObjects {
    private LogprobObjects() {}

    /** Returns the shape of chat: one object a token. Both lists are always there, since typed clients expect them. */
    static List<Map<String, Object>> tokens(List<Logprob> logprobs) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Logprob each : logprobs) {
            Map<String, Object> entry = alternative(each);
            entry.put("top_logprobs", each.top().stream().map(LogprobObjects::alternative).toList());
            all.add(entry);
        }
        return all;
    }

    private static Map<String, Object> alternative(Logprob logprob) {
        int[] bytes = new int[logprob.bytes().length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = logprob.bytes()[i] & 0xff;
        }
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("token", logprob.token());
        entry.put("logprob", logprob.logprob());
        entry.put("bytes", bytes);
        return entry;
    }

    /**
     * Returns the shape of completions: lists side by side.
     *
     * @param offset characters of the text that came before
     */
    static Map<String, Object> columns(List<Logprob> logprobs, int offset) {
        List<String> tokens = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        List<Map<String, Object>> top = new ArrayList<>();
        List<Integer> offsets = new ArrayList<>();
        int at = offset;
        for (Logprob each : logprobs) {
            tokens.add(each.token());
            values.add(each.logprob());
            Map<String, Object> best = new LinkedHashMap<>();
            each.top().forEach(t -> best.put(t.token(), t.logprob()));
            top.add(best);
            offsets.add(at);
            at += each.token().length();
        }
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("tokens", tokens);
        columns.put("token_logprobs", values);
        columns.put("top_logprobs", top);
        columns.put("text_offset", offsets);
        return columns;
    }
}
