package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerationEvent.Content;
import dev.runtime.api.inference.GenerationEvent.Done;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Generations that fail, are cancelled, or whose consumer fails or is slow. */
class GenerationFailureTests extends ServiceFixture {
    @Test
    void failureOfTheEngineIsPassedOn() {
        runner.script = request -> {
            request.sink().started(0);
            tell(request.sink(), "par");
            request.sink().failed(new RuntimeFailure(ErrorCode.DEVICE_FAILED, "step failed"));
        };
        assertEquals(ErrorCode.DEVICE_FAILED, failure(chat("chat", "hi")).code());
        assertEquals("par", content());
        assertFalse(events.getLast() instanceof Done);
        assertTrue(runner.closed, "the next request loads it afresh");
        assertEquals(List.of(), service.loaded());
    }

    @Test
    void runningOutOfMemoryUnloadsAll() {
        generate(chat("chat", "hi"));
        generate(chat("full", "hi"));
        assertEquals(2, service.loaded().size());
        runner.script = request -> request.sink().failed(new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "no room"));
        assertEquals(ErrorCode.OUT_OF_MEMORY, failure(chat("chat", "hi")).code());
        assertTrue(service.loaded().stream().noneMatch(m -> m.info().name().equals("full")));
    }

    @Test
    void cancellationEndsTheGeneration() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        runner.script = request -> {
            request.sink().started(0);
            tell(request.sink(), "a");
            request.cancellation().onCancel(() -> request.sink().failed(cancelled()));
        };
        Cancellation cancellation = new Cancellation();
        Thread canceller = Thread.startVirtualThread(() -> {
            await(begun);
            cancellation.cancel();
        });
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> service.generate(chat("chat", "hi"), cancellation, event -> {
            events.add(event);
            begun.countDown();
        }));
        canceller.join();
        assertEquals(ErrorCode.REQUEST_CANCELLED, e.code());
        assertEquals("request.cancelled", ((RuntimeEvent.RequestEnded) published.getLast()).outcome());
    }

    @Test
    void interruptEndsTheGeneration() {
        runner.script = request -> {
            request.sink().started(0);
            request.cancellation().onCancel(() -> request.sink().failed(cancelled()));
            Thread.currentThread().interrupt();
        };
        assertEquals(ErrorCode.REQUEST_CANCELLED, failure(chat("chat", "hi")).code());
        assertTrue(Thread.interrupted());
    }

    @Test
    void consumerThatThrowsEndsTheGenerationInTheEngine() {
        runner.script = request -> {
            request.sink().started(0);
            tell(request.sink(), "abc");
            request.cancellation().onCancel(() -> request.sink().failed(cancelled()));
        };
        IllegalStateException thrown = new IllegalStateException("connection gone");
        assertSame(thrown, assertThrows(IllegalStateException.class,
                () -> service.generate(chat("chat", "hi"), Cancellation.none(), event -> {
                    if (event instanceof Content) {
                        throw thrown;
                    }
                })));
        assertTrue(runner.requests.getFirst().cancellation().cancelled());
    }

    @Test
    void slowConsumerDoesNotHoldUpTheEngine() {
        CountDownLatch engineDone = new CountDownLatch(1);
        runner.script = request -> Thread.startVirtualThread(() -> {
            request.sink().started(0);
            for (int i = 0; i < 1000; i++) {
                request.sink().token('a' + i % 20, 0, new int[0], NONE);
            }
            request.sink().ended(FinishReason.STOP, 1, 1, 1001);
            engineDone.countDown();
        });
        service.generate(chat("chat", "hi"), Cancellation.none(), event -> {
            await(engineDone);
            events.add(event);
        });
        assertEquals(1000, content().length());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
