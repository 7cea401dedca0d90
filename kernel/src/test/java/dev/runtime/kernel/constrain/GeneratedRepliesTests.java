package dev.runtime.kernel.constrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.SamplingOptions;
import dev.runtime.api.inference.ToolChoice;
import dev.runtime.api.text.ReplyForm;
import dev.runtime.kernel.sample.Sampler;
import dev.runtime.kernel.sample.SamplingBuffers;
import dev.runtime.kernel.sample.TokenMask;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What comes out if scores are random: only the mask sees to it that it fits. */
class GeneratedRepliesTests {
    private static final PieceTokenizer TOKENIZER = new PieceTokenizer(400);
    private static final int MOST_TOKENS = 3000;
    private static final SamplingOptions DRAWN = new SamplingOptions(1, 40, 0.95, 0, 1, 0, 1, 0, 0, 1, Map.of());

    private static final SamplingOptions GREEDY = new SamplingOptions(0, 0, 1, 0, 1, 0, 1, 0, 0, 1, Map.of());

    private final Constraints constraints = new Constraints();
    private final List<String> notes = new ArrayList<>();

    @Test
    void whateverEndsIsValid() {
        int ended = 0;
        RandomSchemas schemas = new RandomSchemas(2026);
        for (int i = 0; i < 200; i++) {
            Map<String, Object> schema = schemas.next();
            Validator validator = Validator.of(JsonValues.text(schema));
            Optional<String> text;
            try {
                text = reply(demand(new OutputFormat.Schema(schema)), i, DRAWN);
            } catch (RuntimeFailure e) {
                // keywords may contradict each other
                assertTrue(e.getMessage().endsWith("no text fits it"), e.getMessage());
                continue;
            }
            if (text.isPresent()) {
                ended++;
                assertEquals(List.of(), validator.errors(text.get()), () -> text.get() + " for " + JsonValues.text(schema));
            }
        }
        assertTrue(ended > 180, "only " + ended + " ended");
        assertEquals(List.of(), notes);
    }

    @Test
    void greedyRepliesFitToo() {
        for (String pattern : List.of("[a-c]{3}(x|yz)+!", "(yes|no), \\d{1,3}%", "[日本äö]{2,4}")) {
            Optional<String> text = reply(demand(new OutputFormat.Regex(pattern)), 3, GREEDY);
            assertTrue(text.isPresent() && text.get().matches(pattern), () -> text + " for " + pattern);
        }
        List<String> ways = List.of("left", "right", "straight on");
        assertTrue(ways.contains(reply(demand(new OutputFormat.Choice(ways)), 1, GREEDY).orElseThrow()));
    }

    @Test
    void aMaskAllowsExactlyTheTokensThatGoOn() {
        RandomSchemas schemas = new RandomSchemas(7);
        Random random = new Random(8);
        for (int i = 0; i < 20; i++) {
            TokenMask mask = mask(demand(new OutputFormat.Schema(schemas.next())));
            for (int step = 0; step < 60; step++) {
                boolean[] allowed = new boolean[TOKENIZER.size()];
                List<Integer> left = new ArrayList<>();
                for (int token = 0; token < allowed.length; token++) {
                    allowed[token] = mask.allows(token);
                    if (allowed[token]) {
                        left.add(token);
                    }
                }
                float[] logits = new float[TOKENIZER.size()];
                assertEquals(!left.isEmpty(), mask.apply(logits));
                for (int token = 0; token < allowed.length; token++) {
                    assertEquals(allowed[token], logits[token] == 0, TOKENIZER.piece(token));
                }
                int chosen = left.get(random.nextInt(left.size()));
                if (chosen == TOKENIZER.endToken()) {
                    break;
                }
                mask.accept(chosen);
            }
        }
    }

    @Test
    void aMaskThatIsNotKnownYetChangesNothing() {
        Map<String, Object> schema = new RandomSchemas(99).next();
        ReplyDemand demand = demand(new OutputFormat.Schema(schema));
        int[] first = tokens(new Sampler(DRAWN, 5, 100, Optional.of(mask(demand))), 5);
        int[] again = tokens(new Sampler(DRAWN, 5, 100, Optional.of(mask(demand))), 5);
        int[] elsewhere = tokens(new Sampler(DRAWN, 5, 100, new Constraints().mask(TOKENIZER, demand, notes::add)), 5);
        assertArrayEquals(first, again);
        assertArrayEquals(first, elsewhere);
    }

    @Test
    void aReplyThatTheVocabularyCannotWriteEnds() {
        Sampler sampler = new Sampler(DRAWN, 1, 100, Optional.of(new TokenMask() {
            @Override
            public boolean known() {
                return true;
            }

            @Override
            public boolean allows(int token) {
                return false;
            }

            @Override
            public boolean apply(float[] logits) {
                return false;
            }

            @Override
            public void accept(int token) {
                throw new AssertionError("no token was chosen");
            }
        }));
        assertEquals(Sampler.ENDED, sampler.sample(new SamplingBuffers(TOKENIZER.size())));
    }

    private static ReplyDemand demand(OutputFormat format) {
        return new ReplyDemand(format, List.of(), ToolChoice.FREE, false, ReplyForm.PLAIN, Set.of());
    }

    private TokenMask mask(ReplyDemand demand) {
        return constraints.mask(TOKENIZER, demand, notes::add).orElseThrow();
    }

    private Optional<String> reply(ReplyDemand demand, long seed, SamplingOptions options) {
        int[] tokens = tokens(new Sampler(options, seed, 100, Optional.of(mask(demand))), seed);
        if (tokens.length == MOST_TOKENS) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int token : tokens) {
            assertNotEquals(TOKENIZER.control(), token);
            bytes.writeBytes(TOKENIZER.bytes(token));
        }
        return Optional.of(bytes.toString(StandardCharsets.UTF_8));
    }

    /** Draws with random scores; quotes and brackets are likelier, so that texts come to an end. */
    private static int[] tokens(Sampler sampler, long seed) {
        Random random = new Random(seed);
        SamplingBuffers buffers = new SamplingBuffers(TOKENIZER.size());
        List<Integer> tokens = new ArrayList<>();
        while (tokens.size() < MOST_TOKENS) {
            for (int token = 0; token < TOKENIZER.size(); token++) {
                buffers.logits()[token] = random.nextFloat() * 4 + (token == '"' || token == '}' || token == ']' ? 2 : 0);
            }
            int token = sampler.sample(buffers);
            if (token == TOKENIZER.endToken() || token == Sampler.ENDED) {
                return tokens.stream().mapToInt(i -> i).toArray();
            }
            tokens.add(token);
        }
        return new int[MOST_TOKENS];
    }
}
