package dev.runtime.api.backend;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import java.util.List;

/** Brings devices of one kind, reached through one driver or library. */
@Stable
public interface Backend extends Extension {
    /** Returns the short name used by {@code --device}, lower case. */
    String name();

    /**
     * Returns the usable devices, best first; empty if the driver or the hardware is missing. Looks for them at the first
     * call, never in the constructor; the reason for an empty answer is logged once.
     */
    List<Device> devices();

    /**
     * Returns whether looking for devices is worth the time where nobody asked for this backend. False only where the machine
     * shows that no hardware can be there, so that its users do not wait for drivers without any. Quick, from any thread, loads no driver.
     */
    default boolean likely() {
        return true;
    }
}
