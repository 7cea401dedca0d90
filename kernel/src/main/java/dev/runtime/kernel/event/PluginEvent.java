package dev.runtime.kernel.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A plug-in changed its state. */
@Name("runtime.Plugin")
@Label("Plug-in")
@Description("A plug-in changed its state.")
@Category("Runtime")
@StackTrace(false)
public final class PluginEvent extends Event {
    @Label("Plug-in")
    String plugin;

    @Label("State")
    String state;

    @Label("Detail")
    String detail;
}
