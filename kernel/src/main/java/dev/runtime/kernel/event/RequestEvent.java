package dev.runtime.kernel.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A request ended. */
@Name("runtime.Request")
@Label("Request")
@Description("A request ended.")
@Category("Runtime")
@StackTrace(false)
public final class RequestEvent extends Event {
    @Label("Model")
    String model;

    @Label("Outcome")
    @Description("ok, or an error code")
    String outcome;

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;

    @Label("Queued")
    @Timespan(Timespan.NANOSECONDS)
    long queued;

    @Label("Load")
    @Timespan(Timespan.NANOSECONDS)
    long load;

    @Label("Prompt Time")
    @Timespan(Timespan.NANOSECONDS)
    long promptTime;

    @Label("Output Time")
    @Timespan(Timespan.NANOSECONDS)
    long outputTime;

    @Label("Prompt Tokens")
    int promptTokens;

    @Label("Cached Tokens")
    int cachedTokens;

    @Label("Output Tokens")
    int outputTokens;
}
