package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.Usage;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Publishes how each request ended. */
record RequestLog(Consumer<RuntimeEvent> events) {
    /** Runs a request; {@code work} is given the time of its start by {@link System#nanoTime}. */
    void run(String model, LongFunction<Usage> work) {
        long start = System.nanoTime();
        Usage usage = Usage.NONE;
        // what is no failure of the runtime was thrown by the consumer, who no longer wants the reply
        String outcome = ErrorCode.REQUEST_CANCELLED.code();
        try {
            usage = work.apply(start);
            outcome = "ok";
        } catch (RuntimeFailure e) {
            outcome = e.code().code();
            throw e;
        } finally {
            events.accept(new RuntimeEvent.RequestEnded(model, outcome, Generation.took(System.nanoTime() - start), usage));
        }
    }
}
