package dev.runtime.kernel.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a fake model says. Without a script the scores are noise from a hash of all tokens and their positions. With a script
 * the answer to everything is that text: the k-th token after the last {@link #GO} is its k-th byte, and
 * the end after the last one.
 */
public final class FakeLanguage {
    /** Begins a text; the tokens below are bytes. */
    public static final int BEGIN = 256;
    /** Ends a generation. */
    public static final int END = 257;
    /** Begins an answer. */
    public static final int GO = 258;
    /** Ends a text that is embedded. */
    public static final int SEPARATOR = 259;
    /** All tokens. */
    public static final int VOCABULARY = 260;

    private final byte[] script;

    /** Creates a language; an empty script is none. */
    public FakeLanguage(String script) {
        this.script = script.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the state before the first token. */
    public State start() {
        return new State(0x5EED, -1);
    }

    /** Returns the score of every token as the next one, {@code [VOCABULARY]}. */
    public void scores(State state, float[] scores) {
        for (int token = 0; token < VOCABULARY; token++) {
            long noise = mix(state.hash + 0x9E3779B97F4A7C15L * (token + 1));
            scores[token] = (noise >> 40) * 0x1p-22f;
        }
        if (script.length > 0 && state.sinceGo >= 0) {
            int next = state.sinceGo < script.length ? script[state.sinceGo] & 0xFF : END;
            scores[next] = 20;
        }
    }

    /** Returns the greedy continuation of a prompt, with a context that is always long enough; without the end token. */
    public List<Integer> greedy(int[] prompt, int most) {
        return greedy(after(prompt), prompt.length, most);
    }

    /** Returns the output of a model whose encoder reads the prompt. */
    public List<Integer> decoded(int[] prompt, int most) {
        return greedy(after(prompt).next(BEGIN, 0), 1, most);
    }

    private State after(int[] prompt) {
        State state = start();
        for (int i = 0; i < prompt.length; i++) {
            state = state.next(prompt[i], i);
        }
        return state;
    }

    private List<Integer> greedy(State state, int position, int most) {
        List<Integer> output = new ArrayList<>();
        float[] scores = new float[VOCABULARY];
        while (output.size() < most) {
            scores(state, scores);
            int token = argmax(scores);
            if (token == END) {
                break;
            }
            state = state.next(token, position + output.size());
            output.add(token);
        }
        return output;
    }

    /** Returns the first of the largest scores. */
    public static int argmax(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 33)) * 0xFF51AFD7ED558CCDL;
        z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return z ^ (z >>> 33);
    }

    /**
     * Everything about the tokens so far that counts.
     *
     * @param hash of all tokens and positions
     * @param sinceGo tokens after the last {@link #GO}, -1 without one
     */
    public record State(long hash, int sinceGo) {
        /** Returns the state after one more token. */
        public State next(int token, int position) {
            return new State(mix(hash * 31 + ((long) position << 20) + token), token == GO ? 0 : sinceGo < 0 ? -1 : sinceGo + 1);
        }
    }
}
