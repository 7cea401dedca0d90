package dev.runtime.kernel.generate;

import dev.runtime.api.text.OutputParser;

/** Passes all text on as content. */
enum PlainParser implements OutputParser.Session {
    /** The only one; it has no state. */
    INSTANCE;

    @Override
    public void accept(String text, OutputParser.Sink sink) {
        sink.content(text);
    }

    @Override
    public void finish(OutputParser.Sink sink) {
        // nothing was held back
    }
}
