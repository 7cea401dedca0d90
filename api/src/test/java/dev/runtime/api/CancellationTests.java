package dev.runtime.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTests {
    @Test
    void actionsRunOnceInOrderAlsoWhenRegisteredLate() {
        Cancellation cancellation = Cancellation.none();
        List<String> seen = new ArrayList<>();
        cancellation.onCancel(() -> seen.add("early"));
        assertFalse(cancellation.cancelled());
        cancellation.check();
        cancellation.cancel();
        cancellation.cancel();
        cancellation.onCancel(() -> seen.add("late"));
        assertEquals(List.of("early", "late"), seen);
        assertEquals(ErrorCode.REQUEST_CANCELLED, assertThrows(RuntimeFailure.class, cancellation::check).code());
    }
}
