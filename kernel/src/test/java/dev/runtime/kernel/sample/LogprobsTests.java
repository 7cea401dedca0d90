package dev.runtime.kernel.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogprobsTests {
    @Test
    void theBestTokensAreThoseOfASort() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            int vocabulary = 1 + random.nextInt(100);
            int n = Math.min(vocabulary, random.nextInt(21));
            float[] logits = new float[vocabulary];
            for (int i = 0; i < vocabulary; i++) {
                logits[i] = Math.round(random.nextGaussian() * 10);
            }
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            Integer[] order = new Integer[vocabulary];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, (a, b) -> Float.compare(logits[b], logits[a]));

            Logprobs logprobs = new Logprobs(n);
            logprobs.read(logits);

            int[] ids = new int[n];
            Arrays.setAll(ids, i -> order[i]);
            assertArrayEquals(ids, logprobs.ids());
            for (int i = 0; i < n; i++) {
                assertEquals(logits[order[i]] - Math.log(sum), logprobs.values()[i], 1e-5);
            }
        }
    }

    @Test
    void largeScoresDoNotOverflow() {
        Logprobs logprobs = new Logprobs(0);
        logprobs.read(new float[] {1000, 1000, -1000});
        assertEquals(-Math.log(2), logprobs.of(1000), 1e-6);
    }
}
