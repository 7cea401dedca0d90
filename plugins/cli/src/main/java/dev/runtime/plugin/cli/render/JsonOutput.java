package dev.runtime.plugin.cli.render;

import java.io.PrintStream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Prints maps and lists as indented JSON for scripts. */
public final class JsonOutput {
    private JsonOutput() {}

    public static void print(PrintStream out, Object value) {
        out.println(JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(value));
        out.flush();
    }
}
