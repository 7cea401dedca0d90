package dev.runtime.kernel.config;

import dev.runtime.api.config.Settings.Source;
import java.nio.file.Path;
import java.util.Map;

/**
 * The values that one source gives, as they were written.
 *
 * @param source which source
 * @param label the source in words, for messages
 * @param base what relative paths start from
 * @param values texts by name; a list in the file is a {@code List<String>}. Names are key names, for the environment variable names
 */
record Layer(Source source, String label, Path base, Map<String, Object> values) {}
