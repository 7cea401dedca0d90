package dev.runtime.kernel.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A model was unloaded. */
@Name("runtime.ModelUnload")
@Label("Model Unload")
@Description("A model was unloaded.")
@Category("Runtime")
@StackTrace(false)
public final class ModelUnloadEvent extends Event {
    @Label("Model")
    String model;

    @Label("Reason")
    String reason;
}
