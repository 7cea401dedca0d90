package dev.runtime.backend.vulkan.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Runs that are out at the same time never overlap, whatever the order of taking and giving. */
class WorkPlanTests {
    private record Run(long offset, long bytes) {}

    @Test
    void runsDoNotOverlap() {
        SplittableRandom random = new SplittableRandom(1);
        WorkPlan plan = new WorkPlan();
        List<Run> out = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (out.size() > random.nextInt(40)) {
                Run run = out.remove(random.nextInt(out.size()));
                plan.give(run.offset(), run.bytes());
            } else {
                long bytes = random.nextLong(1, 5_000);
                Run taken = new Run(plan.take(bytes), bytes);
                for (Run other : out) {
                    assertTrue(taken.offset() + bytes <= other.offset() || other.offset() + other.bytes() <= taken.offset(),
                            taken + " overlaps " + other);
                }
                assertTrue(taken.offset() + bytes <= plan.size());
                out.add(taken);
            }
        }
    }

    @Test
    void whatWasGivenBackIsTakenAgain() {
        WorkPlan plan = new WorkPlan();
        long first = plan.take(1_000);
        long second = plan.take(1_000);
        plan.give(first, 1_000);
        plan.give(second, 1_000);
        assertEquals(first, plan.take(2_000));
        assertEquals(2_048, plan.size());
    }
}
