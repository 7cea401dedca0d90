package dev.runtime.plugin.output.parsers;

import dev.runtime.api.text.CallForm;
import java.util.Optional;

/** How families write calls, for demanded ones; each is a form that the family's parser reads. */
final class CallForms {
    private CallForms() {}

    /**
     * JSON objects.
     *
     * @param begin what stands before the first
     * @param open what stands before each object
     * @param name what stands in the object before the function's name
     * @param arguments the key of the arguments
     * @param close what stands after each object
     */
    static CallForm json(String begin, String open, String name, String arguments, String close, Optional<String> separator, String end) {
        return new CallForm(begin, open + "{" + name, "\", \"" + arguments + "\": ", new CallForm.Arguments.Json(), "}" + close, separator, end);
    }

    /** JSON objects with the usual key for the name. */
    static CallForm json(String begin, String open, String arguments, String close, String separator, String end) {
        return json(begin, open, "\"name\": \"", arguments, close, Optional.of(separator), end);
    }

    /** The name between markers, then JSON arguments. */
    static CallForm named(String begin, String open, String afterName, String close, Optional<String> separator, String end) {
        return new CallForm(begin, open, afterName, new CallForm.Arguments.Json(), close, separator, end);
    }

    /** Arguments in tags, strings without quotes. */
    static CallForm tagged(String begin, String open, String afterName, String key, String afterKey, String value, String close, String separator,
            String end) {
        return new CallForm(begin, open, afterName, new CallForm.Arguments.Members(key, afterKey, value, "", true), close,
                Optional.of(separator), end);
    }

    /** Arguments as literals of a programming language. */
    static CallForm literal(String begin, String open, String afterName, String afterKey, String close, String separator, String end) {
        return new CallForm(begin, open, afterName, new CallForm.Arguments.Members("", afterKey, "", ", ", false), close,
                Optional.of(separator), end);
    }
}
