package dev.runtime.plugin.output.parsers;

import java.util.List;

/** What came of reading a block of calls. */
sealed interface Reading {
    /** Calls, and what was repaired. */
    record Calls(List<Call> calls, List<String> notes) implements Reading {
        /** Copies. */
        public Calls {
            calls = List.copyOf(calls);
            notes = List.copyOf(notes);
        }
    }

    /** No call can be made of it. */
    record Unreadable(String reason) implements Reading {}
}
