package dev.runtime.kernel.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A model was loaded. */
@Name("runtime.ModelLoad")
@Label("Model Load")
@Description("A model was loaded.")
@Category("Runtime")
@StackTrace(false)
public final class ModelLoadEvent extends Event {
    @Label("Model")
    String model;

    @Label("Device")
    String device;

    @Label("Size")
    @DataAmount
    long bytes;

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;
}
