package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StepCostTests {
    private final StepCost cost = new StepCost(2_048);

    @Test
    void nothingIsKnownBeforeTheFirstStep() {
        assertTrue(Double.isNaN(cost.of(1)));
        assertTrue(Double.isNaN(cost.of(2_048)));
        assertEquals(0, cost.affordable(1e9, 512));
    }

    @Test
    void betweenTwoSizesLiesALine() {
        cost.learn(1, 1_000);
        cost.learn(101, 11_000);
        assertEquals(1_000, cost.of(1));
        assertEquals(1_100, cost.of(2));
        assertEquals(6_000, cost.of(51), 1e-9);
        assertEquals(11_000, cost.of(101), 1e-9);
    }

    @Test
    void outsideOfWhatWasSeenStepsScaleUpButNotDown() {
        cost.learn(100, 10_000);
        assertEquals(10_000, cost.of(1), "a small step may cost as much: weights are read whole");
        assertEquals(20_000, cost.of(200), 1e-9);
    }

    @Test
    void aSlowStepCountsLittleAndAFastOneMuch() {
        cost.learn(4, 1_000);
        cost.learn(4, 11_000);
        assertEquals(2_000, cost.of(4), 1e-9);
        cost.learn(4, 1_000);
        assertEquals(1_500, cost.of(4), 1e-9);
    }

    @Test
    void affordableIsTheInverse() {
        cost.learn(1, 1_000);
        cost.learn(401, 41_000);
        for (int tokens = 1; tokens <= 400; tokens++) {
            assertEquals(tokens, cost.affordable(cost.of(tokens) + 1, 512), "tokens");
        }
        assertEquals(0, cost.affordable(999, 512));
        assertEquals(16, cost.affordable(1e12, 16));
    }

    @Test
    void everySizeHasAPlace() {
        StepCost odd = new StepCost(77);
        for (int tokens = 1; tokens <= 77; tokens++) {
            odd.learn(tokens, 1_000L * tokens);
        }
        for (int tokens = 1; tokens <= 77; tokens++) {
            assertEquals(1_000.0 * tokens, odd.of(tokens), 4_000, "tokens " + tokens);
        }
    }
}
