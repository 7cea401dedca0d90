package dev.runtime.api.config;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import java.util.List;

/**
 * Declares configuration keys of a plug-in, so that they are checked, listed by {@code runtime config} and settable in
 * all four layers.
 */
@Stable
public interface ConfigSource extends Extension {
    /** Returns the keys; the same list at each call. Called before {@link #start}. */
    List<ConfigKey> keys();
}
